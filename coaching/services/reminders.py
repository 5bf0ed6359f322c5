"""Which messages a booking owes, and when. Rows only; the dispatcher sends them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from accounts.models import User
from coaching.models import Booking
from coaching.notices.bookings import (
    BOOKING_CANCELED,
    BOOKING_CONFIRMED,
    BOOKING_MOVED,
    SESSION_REMINDER,
    SUBJECT_KIND,
)
from coaching.notices.reminders import owed_reminders
from notifications.kinds import Owed
from notifications.models import Message
from notifications.services.messages import supersede
from notifications.services.plans import key_of, owe_all, owed_rows, plan_again
from notifications.services.quiet import MAIL, preferences_of, send_at, takes_sms

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.db.models import QuerySet

_KIND = {"booked": BOOKING_CONFIRMED, "moved": BOOKING_MOVED, "canceled": BOOKING_CANCELED}
_SMS = "sms"
_DAY = timedelta(days=1)
_LEFT = (Message.State.SKIPPED_LATE, Message.State.SUPERSEDED, Message.State.MISSED)


def plan(*, booking: Booking, event: str, now: datetime) -> None:
    """Owe the mails of an event ("booked", "moved", "canceled") and, of a live booking, reminders.

    The clinician always gets one; the coach of a 1:1 gets their own, with their own calendar entry.
    A reminder whose time is over already is kept as skipped, so that nobody wonders.
    """
    reminders: Iterable[Owed] = ()
    if booking.is_live:
        reminders = owed_reminders([booking], is_skipped=lambda _booking, one: one.due_at <= now)
    owe_all(news=_news(booking, event, now), reminders=reminders, now=now)


def _news(booking: Booking, event: str, now: datetime) -> Iterator[Owed]:
    session = booking.coaching_session
    people: list[User] = [booking.clinician]
    if not session.is_group:
        people.append(session.coach)
    # A cancellation is news even after the session should have begun.
    worth_until = max(session.ends_at, now + _DAY)
    for person in people:
        yield _owed(booking, event, person, MAIL, now, worth_until)
    if event == "booked" or session.starts_at <= now:
        return
    preferences = preferences_of(people)
    for person in people:
        preference = preferences[person.pk]
        if takes_sms(preference) and not _is_by(booking, person):
            due_at = send_at(
                preference=preference, channel=_SMS, due_at=now, start=session.starts_at
            )
            if due_at is not None and due_at >= now:  # else the mail has to do
                yield _owed(booking, event, person, _SMS, due_at, session.starts_at)


def _owed(
    booking: Booking, event: str, person: User, channel: str, due_at: datetime, until: datetime
) -> Owed:
    return Owed(
        kind=_KIND[event],
        subject=booking,
        recipient=person,
        channel=channel,
        rule=event,
        due_at=due_at,
        not_after=until,
    )


def _is_by(booking: Booking, person: User) -> bool:
    """Whether `person` made the change: who moved a session needs no SMS about it."""
    return booking.events.filter(rev=booking.rev, actor=person).exists()


def replan(*, booking: Booking, event: str, now: datetime) -> None:
    """Take back what is still owed at older revisions, then owe the messages of this one."""
    take_back(booking=booking)
    plan(booking=booking, event=event, now=now)


def take_back(*, booking: Booking) -> int:
    """Supersede unsent messages of older revisions; return how many."""
    return supersede(subject_kind=SUBJECT_KIND, subject_id=booking.pk, below_rev=booking.rev)


def remind_anew(*, bookings: QuerySet[Booking], now: datetime) -> int:
    """Give the reminders of future live bookings the times that hold by now; return how many bookings.

    For a new zone, other preferences, other rules. Bookings keep their revision: nothing that people
    agreed on changes, and what was sent is not sent again.
    """
    keys = (
        bookings.live()  # type: ignore[attr-defined]
        .filter(coaching_session__span__startswith__gt=now)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    count = 0
    for count, key in enumerate(list(keys), 1):  # noqa: B007
        _remind_anew(booking_id=key, now=now)
    return count


@transaction.atomic
def _remind_anew(*, booking_id: int, now: datetime) -> None:
    booking = (
        Booking.objects.select_related("clinician", "coaching_session")
        .select_for_update(of=("self",), no_key=True)
        .get(pk=booking_id)
    )
    if not booking.is_live:
        return
    rows = owed_rows(kind=SESSION_REMINDER, subject=booking, rev=booking.rev)

    def is_skipped(_booking: Booking, owed: Owed) -> bool:
        row = rows.get(key_of(owed))
        return owed.due_at <= now and (row is None or row.state in _LEFT)

    plan_again(rows=rows, owed=list(owed_reminders([booking], is_skipped=is_skipped)), now=now)
