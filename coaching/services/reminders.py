"""Which messages a booking owes, and when. Rows only; the dispatcher sends them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from accounts.models import User
from coaching.engine.reminders import reminder_times
from coaching.models import Booking
from coaching.notices import (
    BOOKING_CANCELED,
    BOOKING_CONFIRMED,
    BOOKING_MOVED,
    SESSION_REMINDER,
    SUBJECT_KIND,
)
from notifications.services.messages import owe, supersede

_KIND = {"booked": BOOKING_CONFIRMED, "moved": BOOKING_MOVED, "canceled": BOOKING_CANCELED}


def plan(*, booking: Booking, event: str, now: datetime) -> None:
    """Owe the mails of an event ("booked", "moved", "canceled") and, of a live booking, reminders.

    The clinician always gets one; the coach of a 1:1 gets their own, with their own calendar entry.
    A reminder whose time is over already is kept as skipped, so that nobody wonders.
    """
    session = booking.coaching_session
    people: list[User] = [booking.clinician]
    if not session.is_group:
        people.append(session.coach)
    for person in people:
        owe(
            kind=_KIND[event],
            subject=booking,
            recipient=person,
            channel="email",
            rule=event,
            due_at=now,
            # A cancellation is news even after the session should have begun.
            not_after=max(session.ends_at, now + timedelta(days=1)),
            now=now,
        )
    if not booking.is_live:
        return
    for rule, due_at, not_after in reminder_times(
        session.starts_at, settings.REMINDER_LEAD_TIMES_HOURS
    ):
        owe(
            kind=SESSION_REMINDER,
            subject=booking,
            recipient=booking.clinician,
            channel="email",
            rule=rule,
            due_at=due_at,
            not_after=not_after,
            now=now,
        )


def replan(*, booking: Booking, event: str, now: datetime) -> None:
    """Take back what is still owed at older revisions, then owe the messages of this one."""
    take_back(booking=booking)
    plan(booking=booking, event=event, now=now)


def take_back(*, booking: Booking) -> int:
    """Supersede unsent messages of older revisions; return how many."""
    return supersede(subject_kind=SUBJECT_KIND, subject_id=booking.pk, below_rev=booking.rev)
