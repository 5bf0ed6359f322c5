"""What holds after every step, asked in plain SQL where the ORM could share a mistake."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from email import message_from_bytes
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.models import F, Q

from coaching.engine.policies import FREEING, LIVE
from coaching.models import Booking, CoachingSession, ExternalBusy, HoursEntry, TimeClaim
from coaching.services.slots import find_open_slots
from notifications.models import Message
from tests.histories.practice import AFTER, BEFORE, HOURS, LENGTH, Practice

_OVERLAPS = """
SELECT count(*) FROM coaching_timeclaim a JOIN coaching_timeclaim b
    ON a.person_id = b.person_id AND a.id < b.id AND a.span && b.span
 WHERE a.active AND b.active
"""


def nobody_is_in_two_places() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_OVERLAPS)
        assert cursor.fetchone()[0] == 0


def seats_are_counted() -> None:
    for session in CoachingSession.objects.all():
        places = session.bookings.exclude(state__in=FREEING).count()
        assert 0 <= session.taken <= session.capacity
        if session.status == "scheduled":
            assert session.taken == places + _offers(session)
        claims = Counter(
            TimeClaim.objects.filter(coaching_session=session, active=True).values_list(
                "kind", flat=True
            )
        )
        if session.status == "cancelled":
            assert not claims
        elif session.status == "scheduled":
            assert claims == {"coach": 1, "participant": places} or (
                places == 0 and claims == {"coach": 1}
            )


def _offers(session: CoachingSession) -> int:
    return session.waitlist.filter(state="offered").count()


def nobody_waits_beside_a_free_place(now: datetime) -> None:
    """A place that is free is offered to the first who waits, as long as there is time to answer."""
    for session in CoachingSession.objects.filter(status="scheduled", taken__lt=F("capacity")):
        waiting = session.waitlist.filter(state="waiting")
        assert not waiting or session.starts_at - now <= timedelta(minutes=31)


def the_ledger_agrees(practice: Practice) -> None:
    entries = HoursEntry.objects.filter(engagement=practice.engagement)
    balance = entries.balance()
    assert balance.left >= 0
    assert balance.left == sum(entries.values_list("minutes", flat=True))
    held = used = 0
    singles = Booking.objects.exclude(coaching_session__session_type__kind="group")
    for booking in singles:
        held += LENGTH * booking.is_live
        used += LENGTH * booking.rules.debits(booking.state)
    for session in CoachingSession.objects.filter(session_type__kind="group"):
        places = list(session.bookings.all())
        debited = any(place.rules.debits(place.state) for place in places)
        used += LENGTH * debited
        held += LENGTH * (not debited and any(place.is_live for place in places))
    assert (balance.held, balance.used - balance.returned) == (held, used)


def every_change_is_told_once() -> None:
    for booking in Booking.objects.all():
        revisions = list(booking.events.values_list("rev", flat=True))
        assert revisions == list(range(1, booking.rev + 1))


def messages_follow_bookings() -> None:
    for booking in Booking.objects.select_related("coaching_session"):
        owed = Message.objects.filter(subject_kind=Booking._meta.label_lower, subject_id=booking.pk)
        # One whose sender died may wait for its second try: it is read again before it leaves.
        waiting = owed.filter(state__in=["pending", "claimed"], resends=0)
        assert not waiting.filter(subject_rev__lt=booking.rev).exclude(
            kind="coaching.booking_canceled"
        )
        reminders = owed.filter(kind="coaching.session_reminder")
        if booking.state in LIVE:
            current = reminders.filter(subject_rev=booking.rev).exclude(state="superseded")
            assert sorted(current.values_list("rule", flat=True)) == ["1h", "24h"]
        else:
            assert not reminders.filter(state__in=["pending", "claimed"])


def nothing_left_early_or_late() -> None:
    for message in Message.objects.filter(state="sent"):
        assert message.sent_at >= message.due_at
        assert message.not_after is None or message.sent_at <= message.not_after


def slots_are_really_free(practice: Practice, who: int) -> None:
    """Look at each offered time with different eyes: a walk over hours, closed days and claims."""
    enrollment = practice.people[who]
    busy: dict[int, list[tuple]] = {}
    # What she keeps herself stays open to her: choosing anew lets it go.
    own = Q(hold__clinician=enrollment.clinician, hold__session_type=practice.one)
    for claim in TimeClaim.objects.filter(active=True).exclude(own):
        if claim.expires_at is None or claim.expires_at > practice.now:
            busy.setdefault(claim.person_id, []).append((claim.span.lower, claim.span.upper))
    for row in ExternalBusy.objects.all():
        busy.setdefault(row.person_id, []).append((row.span.lower, row.span.upper))
    days = find_open_slots(
        enrollment=enrollment, session_type=practice.one, now=practice.now, zone="UTC"
    )
    for slot in (slot for day in days for slot in day.slots):
        start, end = slot.starts_at, slot.starts_at + timedelta(minutes=LENGTH)
        assert start >= practice.now + timedelta(hours=1)
        assert (slot.coach.pk, start.date()) not in practice.closed
        opened, closed = (start.replace(hour=hour, minute=0) for hour in HOURS)
        assert opened <= start
        assert end <= closed
        padded = start - timedelta(minutes=BEFORE), end + timedelta(minutes=AFTER)
        assert not _meets(busy.get(slot.coach.pk, []), *padded)
        assert not _meets(busy.get(enrollment.clinician_id, []), start, end)


def _meets(spans: list[tuple], start, end) -> bool:  # type: ignore[no-untyped-def]
    return any(lower < end and start < upper for lower, upper in spans)


def no_mail_left_twice(kills: int) -> None:
    """A mail leaves twice only if its sender died: the mailbox holds what really left."""
    left = Counter(
        str(message_from_bytes(path.read_bytes())["Message-ID"])
        for path in Path(settings.MAILBOX_DIR).glob("*.eml")
    )
    ours = set(Message.objects.values_list("message_id", flat=True))
    assert sum(count - 1 for name, count in left.items() if name in ours) <= kills
    for name in Message.objects.filter(state="sent").values_list("message_id", flat=True):
        assert left[name] >= 1
