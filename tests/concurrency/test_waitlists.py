"""Row 8 of scheduling.md with threads, and its twins without the lock."""

from __future__ import annotations

import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from coaching.models import Booking, CoachingSession, WaitlistEntry
from coaching.services import ledger, offers, places, sessions
from coaching.services.bookings import book, cancel
from coaching.services.group_sessions import schedule_group
from coaching.services.waitlist import answer_offer, join_waitlist, pass_on_due_offers
from coaching.tests.factories import SessionTypeFactory
from programs.models import Engagement
from tests.concurrency.test_bookings import (
    NOW,
    TEN,
    booking_call,
    colleagues,
    deadlocks,
    race,
)

pytestmark = pytest.mark.django_db(transaction=True)

NOON = datetime(2027, 6, 2, 18, tzinfo=UTC)  # nobody sleeps in Chicago or New York


@pytest.fixture
def group(enrollment):
    """Five places on Thursday at ten, four of them taken; twelve more people want one."""
    session = schedule_group(
        actor=enrollment.coach,
        cohort=enrollment.cohort,
        session_type=SessionTypeFactory(kind="group", capacity=5, uses_hours=False),
        coach=enrollment.coach,
        start=TEN,
        now=NOW,
    )
    for person in colleagues(enrollment, 4):
        booking_call(person, None, start=None, session=session)()
    return session


def sit_or_wait(person, session):
    """What a clinician does who meets "All places are taken"."""

    def call():
        try:
            booking_call(person, None, start=None, session=session)()
        except ValidationError as refusal:
            if refusal.code != "full":
                raise
            join_waitlist(actor=person.clinician, enrollment=person, session=session, now=NOW)

    return call


def places_of(session):
    session.refresh_from_db()
    booked = Booking.objects.live().filter(coaching_session=session).count()
    entries = WaitlistEntry.objects.filter(coaching_session=session)
    return session.taken, booked, Counter(entries.values_list("state", flat=True))


def test_twelve_at_once_get_one_seat_and_eleven_places_on_the_waitlist(enrollment, group):
    before = deadlocks()
    people = colleagues(enrollment, 12)
    outcomes, _ = race([sit_or_wait(person, group) for person in people])
    assert outcomes == {"done": 12}
    assert places_of(group) == (5, 5, {"waiting": 11})

    first = WaitlistEntry.objects.waiting().first()
    leaver = Booking.objects.live().filter(coaching_session=group).order_by("pk")[0]
    (walk_in,) = colleagues(enrollment, 1)
    outcomes, _ = race(
        [
            lambda: cancel(actor=leaver.clinician, booking=leaver, expected_rev=None, now=NOON),
            booking_call(walk_in, None, start=None, session=group, now=NOON),
        ]
    )
    assert outcomes == {"done": 1, "full": 1}
    assert places_of(group) == (5, 4, {"waiting": 10, "offered": 1})
    first.refresh_from_db()
    assert first.state == "offered"
    assert first.offer_expires_at == NOON + timedelta(hours=4)
    assert deadlocks() == before


def offered(enrollment, group, waiters=3):
    """The last place is offered to the first of three."""
    (last,) = colleagues(enrollment, 1)
    booking = book(
        actor=last.clinician, enrollment=last, session=group, idem_key=group.public_id, now=NOW
    )
    entries = [
        join_waitlist(actor=person.clinician, enrollment=person, session=group, now=NOW)
        for person in colleagues(enrollment, waiters)
    ]
    cancel(actor=last.clinician, booking=booking, expected_rev=None, now=NOON)
    return entries


def test_one_offer_answered_and_passed_on_at_once_is_one_or_the_other(enrollment, group):
    entries = offered(enrollment, group)
    entries[0].refresh_from_db()
    end = entries[0].offer_expires_at
    just_before = end - timedelta(microseconds=1)

    def accept():
        answer_offer(actor=entries[0].clinician, entry=entries[0], accept=True, now=just_before)

    outcomes, _ = race([accept, *[lambda: pass_on_due_offers(now=end)] * 5])
    assert outcomes["done"] >= 5
    taken, booked, states = places_of(group)
    assert taken == 5
    assert booked + states["offered"] == 5
    assert states in (
        {"accepted": 1, "waiting": 2},
        {"expired": 1, "offered": 1, "waiting": 1},
    )


def test_eight_taps_on_one_offer_are_one_booking(enrollment, group):
    entry = offered(enrollment, group)[0]
    outcomes, _ = race(
        [lambda: answer_offer(actor=entry.clinician, entry=entry, accept=True, now=NOON)] * 8
    )
    assert outcomes == {"done": 8}
    assert places_of(group) == (5, 5, {"accepted": 1, "waiting": 2})


def test_two_ticks_at_once_pass_a_place_on_once(enrollment, group):
    entries = offered(enrollment, group)
    entries[0].refresh_from_db()
    end = entries[0].offer_expires_at
    outcomes, _ = race([lambda: pass_on_due_offers(now=end)] * 6)
    assert outcomes == {"done": 6}
    assert places_of(group) == (5, 4, {"expired": 1, "offered": 1, "waiting": 1})


def test_twin_without_locks_loses_count_of_its_places(enrollment, group, monkeypatch):
    """Six ticks read the same lapsed offer and each gives its place away again."""
    entries = offered(enrollment, group, waiters=6)
    entries[0].refresh_from_db()
    end = entries[0].offer_expires_at
    related = CoachingSession.objects.select_related("session_type", "coach", "cohort")
    monkeypatch.setattr(
        ledger, "lock_engagement", lambda *, engagement_id: Engagement.objects.get(pk=engagement_id)
    )
    monkeypatch.setattr(sessions, "lock_session", lambda *, session_id: related.get(pk=session_id))
    monkeypatch.setattr(places, "lock_people", lambda **_: None)
    unlocked = WaitlistEntry.objects.none().__class__
    monkeypatch.setattr(unlocked, "select_for_update", lambda self, **_: self)
    slow_release = offers.release_offer

    def release(**kwargs):
        time.sleep(0.05)  # between reading and writing, as on a busy machine
        return slow_release(**kwargs)

    monkeypatch.setattr(offers, "release_offer", release)
    race([lambda: pass_on_due_offers(now=end)] * 6)
    taken, booked, states = places_of(group)
    assert taken != booked + states["offered"] or states["offered"] > 1
