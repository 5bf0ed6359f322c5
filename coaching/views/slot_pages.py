"""What the pages that show free times have in common: which days, and how a refusal answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts.http import AuthenticatedRequest
from accounts.models import User
from coaching.engine.policies import Policy
from coaching.models import Booking, SessionType
from coaching.services.slots import OpenDay, OpenSlot, find_open_slots, nearest_of
from coaching.views.slot_groups import Choice, first_welcome, own_rota, slot_choices
from core.forms import add_refusal
from programs.models import Enrollment

DAYS_SHOWN = 14

_KEYS = UUID("5b0c4a52-6a0e-4a58-9d0c-2f0f6a9b7c11")  # the namespace of keys that are no UUID

# 503 asks a browser to come back; 422 says the form itself is used up; all else is a conflict.
_STATUS = {"busy": HTTPStatus.SERVICE_UNAVAILABLE, "key_reused": HTTPStatus.UNPROCESSABLE_ENTITY}


@dataclass(frozen=True)
class DayLink:
    """A day of the strip: how many times are free, and where they are shown."""

    date: date
    count: int
    url: str
    current: bool


@dataclass(frozen=True)
class SlotPage:
    """Free times of one day, among two weeks of days to choose from."""

    days: list[OpenDay]
    chosen: list[OpenDay]  # the one day whose times are shown; empty if nothing is free
    choices: list[Choice]  # its times, beside the viewer's own shifts
    strip: list[DayLink]
    earlier_url: str  # the two weeks before; "" if that would be the past
    later_url: str
    coach: User | None = None  # whose times these are; None means any of the cohort's


def slot_page(
    request: AuthenticatedRequest,
    *,
    enrollment: Enrollment,
    session_type: SessionType,
    now: datetime,
    coach: User | None = None,
    booking: Booking | None = None,
    near: datetime | None = None,
    coaches: list[User] | None = None,
    policy: Policy | None = None,
) -> SlotPage:
    """Read `?from=` and `?day=` (dates; anything else means the first) and compute the free times.

    Only the chosen day's times are drawn: two weeks of a busy pool would be a heavy page. Of several
    coaches who are free at one time, one is shown: who gets it is decided when booking.
    """
    today = timezone.localdate(now)
    last = today + timedelta(days=session_type.horizon_days)
    chosen_day = _date(request.GET.get("day", "")) or _day_of_slot(request)
    if chosen_day is None and near is not None and now <= near:
        chosen_day = min(timezone.localdate(near), last)
    first = min(max(_date(request.GET.get("from", "")) or today, today), last)
    if chosen_day is not None and not first <= chosen_day < first + timedelta(days=DAYS_SHOWN):
        first = min(max(chosen_day, today), last)
    days = find_open_slots(
        enrollment=enrollment,
        session_type=session_type,
        now=now,
        first_day=first,
        days=DAYS_SHOWN,
        coach=coach,
        booking=booking,
        zone=request.user.time_zone,
        coaches=coaches,
        policy=policy,
    )
    days = [_once(day) for day in days]
    length = session_type.length_min
    rota = own_rota(days, viewer=request.user, clinician=enrollment.clinician, length_min=length)
    chosen = [day for day in days if day.day == chosen_day] or first_welcome(days, rota, length)
    step = timedelta(days=DAYS_SHOWN)
    earlier = max(first - step, today)
    return SlotPage(
        days=days,
        chosen=chosen,
        choices=slot_choices(chosen, rota, length),
        strip=[
            DayLink(
                day.day, len(day.slots), _url(request, day=day.day.isoformat()), day is chosen[0]
            )
            for day in days
        ],
        earlier_url=_url(request, **{"from": earlier.isoformat()}) if first > today else "",
        later_url=_url(request, **{"from": (first + step).isoformat()})
        if first + step <= last
        else "",
        coach=coach,
    )


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _day_of_slot(request: AuthenticatedRequest) -> date | None:
    """The viewer's day of `?slot=`, the time that was tapped on Today."""
    try:
        return timezone.localdate(OpenSlot.parse(request.GET.get("slot", ""))[1])
    except (ValueError, OverflowError):  # no key, or a day past the end of the calendar
        return None


def _url(request: AuthenticatedRequest, **changes: str) -> str:
    """The same page for another day or other weeks: what else was chosen stays."""
    query = request.GET.copy()
    for name in ("slot", "day", *changes):
        query.pop(name, None)
    query.update(changes)
    return f"?{query.urlencode()}"


def _once(day: OpenDay) -> OpenDay:
    return OpenDay(day.day, list({slot.start: slot for slot in reversed(day.slots)}.values())[::-1])


def repeat_url(request: HttpRequest, enrollment: Enrollment, session_type: SessionType) -> str:
    """Where the chosen time can be repeated, if that button was pressed; else ""."""
    if "repeat" not in request.POST:
        return ""
    query = urlencode({"slot": request.POST.get("slot", ""), "type": str(session_type.public_id)})
    return f"{reverse('coaching:series_book', args=[enrollment.public_id])}?{query}"


def form_data(request: HttpRequest) -> QueryDict:
    """The posted form; a header `Idempotency-Key` takes the place of the form's own key."""
    header = request.headers.get("Idempotency-Key", "").strip()
    if not header:
        return request.POST
    data = request.POST.copy()
    try:
        key = UUID(header)
    except ValueError:  # any text may be a key
        key = uuid5(_KEYS, header)
    data["idem_key"] = str(key)
    return data


def refused(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    form: BaseForm,
    refusal: ValidationError,
) -> HttpResponse:
    """Show the page again with the refusal: nothing the person chose is lost but the taken time.

    A used-up key and an old revision are replaced, so that who reads the page can confirm it.
    """
    add_refusal(form, refusal)
    fresh = {"idem_key": str(uuid4())}
    if "booking" in context:
        fresh["rev"] = str(context["booking"].rev)
    form.data = {name: form.data[name] for name in form.data} | fresh
    status = _STATUS.get(getattr(refusal, "code", ""), HTTPStatus.CONFLICT)
    response = render(request, template, context, status=status)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = "2"
    return response


def nearest_times(
    request: AuthenticatedRequest,
    template: str,
    context: dict[str, Any],
    form: BaseForm,
    refusal: ValidationError,
    wanted: datetime,
) -> HttpResponse:
    """`refused()`, with the three free times nearest to the one that was wanted."""
    context["nearest"] = nearest_of(context["page"].days, wanted)
    return refused(request, template, context, form, refusal)
