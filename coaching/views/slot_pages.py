"""What the pages that show free times have in common: which days, and how a refusal answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.http import AuthenticatedRequest
from accounts.models import User
from coaching.models import Booking, SessionType
from coaching.services.slots import OpenDay, find_open_slots
from core.forms import add_refusal
from programs.models import Enrollment

DAYS_SHOWN = 14
NEAREST = 3

# 503 asks a browser to come back; 422 says the form itself is used up; all else is a conflict.
_STATUS = {"busy": HTTPStatus.SERVICE_UNAVAILABLE, "key_reused": HTTPStatus.UNPROCESSABLE_ENTITY}


@dataclass(frozen=True)
class SlotPage:
    """Two weeks of free times, with links to the weeks before and after."""

    days: list[OpenDay]
    first_day: date
    earlier: date | None
    later: date
    coach: User | None = None  # whose times these are; None means any of the cohort's


def slot_page(
    request: AuthenticatedRequest,
    *,
    enrollment: Enrollment,
    session_type: SessionType,
    now: datetime,
    coach: User | None = None,
    booking: Booking | None = None,
) -> SlotPage:
    """Read `?from=` (a date; anything else means today) and compute the free times.

    Of several coaches who are free at one time, one is shown: who gets it is decided when booking.
    """
    today = timezone.localdate(now)
    try:
        first = max(date.fromisoformat(request.GET.get("from", "")), today)
        first = min(first, today + timedelta(days=session_type.horizon_days))
    except ValueError:
        first = today
    days = find_open_slots(
        enrollment=enrollment,
        session_type=session_type,
        now=now,
        first_day=first,
        days=DAYS_SHOWN,
        coach=coach,
        booking=booking,
        zone=request.user.time_zone,
    )
    step = timedelta(days=DAYS_SHOWN)
    earlier = max(first - step, today) if first > today else None
    return SlotPage([_once(day) for day in days], first, earlier, first + step, coach)


def _once(day: OpenDay) -> OpenDay:
    return OpenDay(day.day, list({slot.start: slot for slot in reversed(day.slots)}.values())[::-1])


def refused(
    request: AuthenticatedRequest,
    template: str,
    context: dict[str, Any],
    form: BaseForm,
    refusal: ValidationError,
) -> HttpResponse:
    """Show the page again with the refusal: nothing the person chose is lost but the taken time."""
    add_refusal(form, refusal)
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
    slots = [slot for day in context["page"].days for slot in day.slots if slot.starts_at != wanted]
    nearest = sorted(slots, key=lambda slot: abs(slot.starts_at - wanted))[:NEAREST]
    context["nearest"] = sorted(nearest, key=lambda slot: slot.start)
    return refused(request, template, context, form, refusal)


def free_until(booking: Booking) -> datetime:
    """The instant until which the clinician may cancel or move without using up hours."""
    notice = timedelta(minutes=booking.rules.cancel_notice_min)
    return booking.coaching_session.starts_at - notice


def is_late(booking: Booking, now: datetime) -> bool:
    return now > free_until(booking)
