"""The reminders of sessions: which a booking owes, by the choices that hold for its clinician."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import islice

from coaching.engine.reminders import Lead, due_time, limits
from coaching.models import Booking, ReminderRule
from coaching.notices.bookings import SESSION_REMINDER, SUBJECT_KIND, is_current, load, render
from core.wall_clock import from_epoch, to_epoch
from notifications.kinds import Kind, Owed, register
from notifications.models import DeliveryPreference, Message
from notifications.services.quiet import MAIL, postponed_until, preferences_of, send_at, takes_sms

Skipped = Callable[[Booking, Owed], bool]
LOOK_AHEAD = timedelta(days=15)  # the longest lead is fourteen days
_BATCH = 500


def owed_reminders(bookings: Sequence[Booking], *, is_skipped: Skipped) -> Iterator[Owed]:
    """Yield the reminders of live bookings; `clinician` and `coaching_session` are loaded.

    Args:
        bookings: any number; rules and preferences are read once for all.
        is_skipped: whether an SMS that quiet hours moved was too late when it was planned. Then the
            same reminder goes by e-mail at its own time.
    """
    leads = ReminderRule.objects.leads_of(bookings)
    preferences = preferences_of([booking.clinician for booking in bookings])
    for booking in bookings:
        preference = preferences[booking.clinician_id]
        times: dict[tuple[str, str], Owed] = {}
        for lead in sorted(leads[booking.pk], key=lambda lead: lead.channel):  # e-mail first
            for owed in _of_lead(booking, lead, preference, is_skipped):
                times.setdefault((owed.rule, owed.channel), owed)
        yield from _apart(times.values())


def _of_lead(
    booking: Booking, lead: Lead, preference: DeliveryPreference, is_skipped: Skipped
) -> Iterator[Owed]:
    wanted = preference.by_mail if lead.channel == MAIL else takes_sms(preference)
    start = booking.coaching_session.starts_at
    due = from_epoch(due_time(lead, start=to_epoch(start), tz=booking.clinician.zone))
    if not wanted or due >= start:
        return
    moved = send_at(preference=preference, channel=lead.channel, due_at=due, start=start)
    by_mail = _owed(booking, lead.rule, MAIL, due)
    if moved is None:
        yield from by_mail
        return
    for owed in _owed(booking, lead.rule, lead.channel, moved):
        yield owed
        if moved < due and is_skipped(booking, owed):
            yield from by_mail


def _owed(booking: Booking, rule: str, channel: str, due_at: datetime) -> list[Owed]:
    times = limits(start=to_epoch(booking.coaching_session.starts_at), due=to_epoch(due_at))
    if times is None:
        return []
    return [
        Owed(
            kind=SESSION_REMINDER,
            subject=booking,
            recipient=booking.clinician,
            rule=rule,
            channel=channel,
            due_at=due_at,
            not_after=from_epoch(times.not_after),
        )
    ]


def _apart(found: Iterable[Owed]) -> Iterator[Owed]:
    """Yield reminders in order of time; of those that one channel would send at once, the first."""
    seen: set[tuple[str, datetime]] = set()
    for owed in sorted(found, key=lambda owed: (owed.due_at, owed.channel)):
        if (owed.channel, owed.due_at) not in seen:
            seen.add((owed.channel, owed.due_at))
            yield owed


def _expected(now: datetime) -> Iterator[Owed]:
    """Yield the reminders that near sessions should have; those further off come later."""
    near = (
        Booking.objects.live()
        .select_related("clinician", "coaching_session")
        .filter(
            coaching_session__span__startswith__gt=now,
            coaching_session__span__startswith__lt=now + LOOK_AHEAD,
        )
        .order_by("pk")
    )
    rows = near.iterator(chunk_size=_BATCH)
    while batch := list(islice(rows, _BATCH)):
        yield from owed_reminders(batch, is_skipped=partial(_was_skipped, skipped_rules(batch)))


def _was_skipped(skipped: set[tuple[int, int, str]], booking: Booking, owed: Owed) -> bool:
    return (booking.pk, booking.rev, owed.rule) in skipped


def skipped_rules(bookings: Sequence[Booking]) -> set[tuple[int, int, str]]:
    """Return (booking, revision, rule) of each SMS reminder that was too late when planned."""
    rows = Message.objects.filter(
        kind=SESSION_REMINDER,
        subject_kind=SUBJECT_KIND,
        subject_id__in=[booking.pk for booking in bookings],
        channel=ReminderRule.Channel.SMS,
        state=Message.State.SKIPPED_LATE,
    )
    return set(rows.values_list("subject_id", "subject_rev", "rule"))


def register_kinds() -> None:
    """Called once, when the app is ready."""
    register(
        Kind(
            name=SESSION_REMINDER,
            current=is_current,
            render=render,
            load=load,
            expected=_expected,
            postpone=postponed_until,
        )
    )
