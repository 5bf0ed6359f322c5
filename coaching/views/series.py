"""Repeat a chosen time: see each date first, then book those that were ticked."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.http import AuthenticatedRequest
from accounts.models import User
from coaching.engine.series import LONGEST, series_starts
from coaching.forms.series import SeriesBookForm, SeriesForm
from coaching.services.refusals import words
from coaching.services.series import Outcome, book_series
from coaching.services.series_reviews import Occurrence, agreed_zone, review_series
from coaching.views.pickers import Picker, own_enrollment, staffed_enrollment
from coaching.views.slot_pages import form_data, refused
from programs.models import Enrollment

_DEFAULTS = {"every": "1", "count": "4"}
_TEMPLATE = "coaching/series_book.html"


def _enrollment(request: AuthenticatedRequest, enrollment_id: UUID) -> Enrollment:
    """One's own place, or that of somebody whose cohort one looks after; else 404."""
    try:
        return own_enrollment(request, enrollment_id)
    except Http404:
        if not request.user.is_consultant:
            raise
        return staffed_enrollment(request, enrollment_id)


def _coach(picker: Picker, coach_id: UUID) -> User:
    for coach in picker.coaches:
        if coach.public_id == coach_id:
            return coach
    raise Http404


@transaction.non_atomic_requests  # book_series() owns its transaction
@require_http_methods(["GET", "POST"])
def series_book(request: AuthenticatedRequest, enrollment_id: UUID) -> HttpResponse:
    """`?slot=` is the first, `?every=` weeks apart, `?count=` in all."""
    enrollment = _enrollment(request, enrollment_id)
    now = timezone.now()
    picker = Picker(request, enrollment=enrollment, now=now)
    asked = SeriesForm(_DEFAULTS | request.GET.dict())
    is_own = enrollment.clinician_id == request.user.pk
    context: dict[str, Any] = {
        "enrollment": enrollment,
        "asked": asked,
        "session_type": picker.offered,
        "is_own": is_own,
        "viewer_base": "base_clinician.html" if is_own else "base_consultant.html",
    }
    if not asked.is_valid():
        return render(request, _TEMPLATE, context, status=HTTPStatus.BAD_REQUEST)
    coach_id, first = asked.cleaned_data["slot"]
    coach = _coach(picker, coach_id)
    starts = series_starts(
        first,
        zone=agreed_zone(coach),
        every_weeks=asked.cleaned_data["every"],
        count=min(asked.cleaned_data["count"], LONGEST),
    )
    lines = review_series(
        enrollment=enrollment, session_type=picker.offered, starts=starts, coach=coach, now=now
    )
    data = form_data(request) if request.method == "POST" else None
    form = SeriesBookForm(data, offered=_offered(lines))
    context |= {"form": form, "coach": coach, "lines": _rows(lines, data)}
    if not form.is_valid():
        return render(request, _TEMPLATE, context, status=400 if form.is_bound else 200)
    try:
        outcomes = book_series(
            actor=request.user,
            enrollment=enrollment,
            session_type=picker.offered,
            starts=form.cleaned_data["start"],
            coach=coach,
            mode=form.cleaned_data["mode"],
            idem_key=form.cleaned_data["idem_key"],
            now=now,
        )
    except ValidationError as refusal:
        return refused(request, _TEMPLATE, context, form, refusal)
    booked = [outcome.booking for outcome in outcomes if outcome.booking]
    if not booked:
        context["outcomes"] = _worded(outcomes)
        return refused(request, _TEMPLATE, context, form, _none_booked())
    _tell(request, outcomes)
    return redirect(booked[0])


def _offered(lines: list[Occurrence]) -> list[int]:
    """The starts that may be ticked: every date asked about, and the times named instead.

    What was taken since the page was drawn is the service's to answer, not an invalid choice.
    """
    instead = [line.instead.start for line in lines if line.instead]
    return sorted({*(int(line.start.timestamp()) for line in lines), *instead})


def _rows(lines: list[Occurrence], data: QueryDict | None) -> list[dict[str, Any]]:
    """Each date with its box: free ones ticked, others with the nearest time to tick instead."""
    ticked = set(data.getlist("start")) if data is not None else None
    rows = []
    for line in lines:
        at = line.instead.starts_at if line.code and line.instead else line.start
        value = str(int(at.timestamp()))
        rows.append(
            {
                "start": line.start,
                "why": words(line.code) if line.code else "",
                "at": at,
                "value": value,
                "has_box": not line.code or line.instead is not None,
                "ticked": value in ticked if ticked is not None else not line.code,
            }
        )
    return rows


def _none_booked() -> ValidationError:
    return ValidationError(_("Nothing was booked. Look at the dates again."), code="series")


def _worded(outcomes: list[Outcome]) -> list[tuple[Any, str]]:
    return [(outcome.start, words(outcome.code)) for outcome in outcomes if outcome.code]


def _tell(request: AuthenticatedRequest, outcomes: list[Outcome]) -> None:
    count = sum(1 for outcome in outcomes if outcome.booking)
    said = ngettext("%(n)d session is booked.", "%(n)d sessions are booked.", count) % {"n": count}
    messages.success(request, said)
    for start, why in _worded(outcomes):
        local = timezone.localtime(start)
        messages.warning(
            request,
            _("%(day)s was not booked: %(why)s") % {"day": f"{local:%d %b %H:%M}", "why": why},
        )
