from __future__ import annotations

from datetime import datetime, time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import ngettext

from core.forms import add_refusal
from programs.forms.practice_logs import PracticeFinishForm, PracticeLogForm, PracticeStartForm
from programs.models import Item
from programs.services.practice_logs import (
    finish_sitting,
    keep_seconds,
    log_by_hand,
    start_sitting,
)
from programs.views.items import Place, posted_to, step_page, to_step

if TYPE_CHECKING:
    from accounts.http import AuthenticatedRequest
    from programs.models import PracticeLog

LOG_ID = "log_%s"  # the page has two forms with a field "minutes"


def practice_step(request: AuthenticatedRequest, place: Place) -> HttpResponse:
    """Choose a length; or, once started, the script beside the clock."""
    return _page(request, place, {})


@posted_to(Item.Kind.PRACTICE)
def practice_start(request: AuthenticatedRequest, place: Place) -> HttpResponse:
    form = PracticeStartForm(request.POST, lengths=place.item.body["lengths"])
    if not form.is_valid():
        return _page(request, place, {"start_form": form}, HTTPStatus.UNPROCESSABLE_ENTITY)
    start_sitting(
        enrollment=place.enrollment,
        item=place.item,
        minutes=form.cleaned_data["minutes"],
        now=timezone.now(),
    )
    return to_step(place)


@posted_to(Item.Kind.PRACTICE)
def practice_keep(request: AuthenticatedRequest, place: Place) -> HttpResponse:
    """The page's clock says how far it is: at a pause, every half minute, when the page is left."""
    form = PracticeFinishForm(request.POST)
    if form.is_valid():
        keep_seconds(
            enrollment=place.enrollment,
            item=place.item,
            seconds=form.cleaned_data["seconds"] or 0,
            now=timezone.now(),
        )
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@posted_to(Item.Kind.PRACTICE)
def practice_finish(request: AuthenticatedRequest, place: Place) -> HttpResponse:
    """Log the sitting, however long it was."""
    form = PracticeFinishForm(request.POST)
    if form.is_valid():
        try:
            log = finish_sitting(
                enrollment=place.enrollment,
                item=place.item,
                seconds=form.cleaned_data["seconds"] or 0,
                key=form.cleaned_data["client_key"],
                now=timezone.now(),
            )
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            return _logged(request, place, log)
    return _page(request, place, {"finish_form": form}, HTTPStatus.CONFLICT)


@posted_to(Item.Kind.PRACTICE)
def practice_log(request: AuthenticatedRequest, place: Place) -> HttpResponse:
    """Log minutes by hand, of today or an earlier day."""
    form = PracticeLogForm(request.POST, auto_id=LOG_ID)
    if form.is_valid():
        now = timezone.now()
        try:
            log = log_by_hand(
                enrollment=place.enrollment,
                item=place.item,
                started_at=day_instant(form.cleaned_data["day"], now),
                minutes=form.cleaned_data["minutes"],
                key=form.cleaned_data["client_key"],
                now=now,
            )
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            return _logged(request, place, log)
    return _page(request, place, {"log_form": form}, HTTPStatus.UNPROCESSABLE_ENTITY)


def day_instant(day: Any, now: datetime) -> datetime:
    """Today: now. Another day: its noon in the viewer's zone."""
    if day == timezone.localdate(now):
        return now
    return timezone.make_aware(datetime.combine(day, time(12)))


def _clock(seconds: float) -> str:
    """Minutes and seconds as a timer shows them: "1:05"."""
    return f"{round(seconds) // 60}:{round(seconds) % 60:02}"


def _logged(request: AuthenticatedRequest, place: Place, log: PracticeLog) -> HttpResponse:
    text = ngettext("%(n)s minute kept.", "%(n)s minutes kept.", log.minutes)
    messages.success(request, text % {"n": log.minutes})
    return redirect(place.url("item_done"))


def _planned_sittings(place: Place) -> int:
    """How often a practice is planned: home practice once on each of its days."""
    home = place.item.home
    return int(home["days"]) if home else place.item.sittings


def _page(
    request: AuthenticatedRequest, place: Place, forms: dict[str, Any], status: int = HTTPStatus.OK
) -> HttpResponse:
    body, position = place.item.body, place.step.position
    began = position.get("started_at")
    minutes = position.get("minutes") or place.item.minutes
    # The script is timed for the item's minutes; another length stretches it.
    script = [
        {
            "text": line["text"],
            "at": _clock(line["at_seconds"] * minutes / place.item.minutes),
            "seconds": round(line["at_seconds"] * minutes / place.item.minutes),
        }
        for line in body["script"]
    ]
    home = (place.item.home or {}).get(place.enrollment.practice_track)
    wanted = home or place.item.minutes
    usual = wanted if wanted in body["lengths"] else body["lengths"][0]
    logs = place.enrollment.practice_logs.filter(item=place.item, removed_at=None).order_by(
        "-started_at"
    )
    sittings, had = _planned_sittings(place), logs.count()
    context = {
        "sitting": had + 1 if had < sittings > 1 else None,
        "sittings": sittings,
        "started_at": datetime.fromisoformat(began) if began else None,
        "minutes": minutes,
        "done_seconds": position.get("seconds", 0),
        "script": script,
        "logs": logs[:10],
        "start_form": PracticeStartForm(lengths=body["lengths"], initial={"minutes": usual}),
        "finish_form": PracticeFinishForm(),
        "log_form": PracticeLogForm(
            initial={"minutes": usual, "day": timezone.localdate()}, auto_id=LOG_ID
        ),
        **forms,
    }
    return step_page(request, place, "practice", context, status)
