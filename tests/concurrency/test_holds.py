"""Times kept for a while, wanted by many at once."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from coaching.models import Booking, Hold, HoursEntry, TimeClaim
from coaching.services import ledger, places
from coaching.services.bookings import book
from coaching.services.holds import place_hold, purge_holds
from programs.models import Engagement
from tests.concurrency.test_bookings import (
    NOW,
    TEN,
    booking_call,
    colleagues,
    double_booked,
    race,
    without_constraint,
)

pytestmark = pytest.mark.django_db(transaction=True)

EXPIRY = NOW + timedelta(minutes=10)


def hold_call(enrollment, kind, start=TEN, now=NOW):
    return lambda: place_hold(
        actor=enrollment.clinician, enrollment=enrollment, session_type=kind, start=start, now=now
    )


def confirm_call(hold, now=NOW):
    return lambda: book(
        actor=hold.clinician, enrollment=hold.enrollment, hold=hold, idem_key=uuid4(), now=now
    )


def test_twenty_people_keep_one_time(enrollment, kind):
    people = [enrollment, *colleagues(enrollment, 19)]
    outcomes, _ = race([hold_call(person, kind) for person in people])
    assert outcomes == {"done": 1, "slot_taken": 19}
    assert (Hold.objects.count(), TimeClaim.objects.count()) == (1, 2)


def test_twin_without_lock_and_constraint_keeps_it_for_several(enrollment, kind, no_locks):
    people = [enrollment, *colleagues(enrollment, 11)]
    with without_constraint():
        outcomes, _ = race([hold_call(person, kind) for person in people])
        assert outcomes["done"] > 1
        assert double_booked() > 0


def test_who_kept_it_gets_it_whatever_others_try(enrollment, kind):
    for day in range(5):
        start = TEN + timedelta(days=day)
        hold = hold_call(enrollment, kind, start)()
        others = [booking_call(person, kind, start) for person in colleagues(enrollment, 6)]
        outcomes, _ = race([confirm_call(hold, EXPIRY - timedelta(microseconds=1)), *others])
        assert outcomes == {"done": 1, "slot_taken": 6}
        hold.refresh_from_db()
        assert hold.booking is not None
    assert double_booked() == 0


def test_at_the_instant_of_expiry_one_of_all_gets_it(enrollment, kind):
    """Owner and others at once; and clocks that differ by a moment."""
    for day in range(5):
        start = TEN + timedelta(days=day)
        hold = hold_call(enrollment, kind, start)()
        others = [
            booking_call(person, kind, start, now=EXPIRY) for person in colleagues(enrollment, 5)
        ]
        owner = confirm_call(hold, EXPIRY - timedelta(microseconds=day))
        outcomes, _ = race([owner, *others])
        assert outcomes == {"done": 1, "slot_taken": 5}
    assert double_booked() == 0
    purge_holds(now=EXPIRY)  # of the one who lost only the coach's time was in the way
    live = Booking.objects.live()
    assert TimeClaim.objects.filter(active=True).count() == 2 * live.count() == 10


def test_one_hold_confirmed_in_two_tabs(enrollment, kind):
    hold = hold_call(enrollment, kind)()
    outcomes, _ = race([confirm_call(hold) for _ in range(6)])
    assert outcomes == {"done": 1, "not_open": 5}
    assert Booking.objects.count() == 1


def test_the_last_hours_are_kept_once(enrollment, kind):
    Engagement.objects.update(coaching_hours=2)
    people = [enrollment, *colleagues(enrollment, 5)]
    outcomes, _ = race(
        [hold_call(person, kind, TEN + timedelta(days=day)) for day, person in enumerate(people)]
    )
    assert outcomes == {"done": 2, "no_hours": 4}


def test_twin_without_the_contracts_lock_overdraws(enrollment, kind, monkeypatch):
    Engagement.objects.update(coaching_hours=1)
    engagement = Engagement.objects.get()
    ledger.purchase(engagement=engagement, actor=None, now=NOW)
    monkeypatch.setattr(
        ledger, "lock_engagement", lambda *, engagement_id: Engagement.objects.get(pk=engagement_id)
    )
    monkeypatch.setattr(places, "lock_people", lambda **_: None)
    people = [enrollment, *colleagues(enrollment, 11)]
    race(
        [booking_call(person, kind, TEN + timedelta(days=day)) for day, person in enumerate(people)]
    )
    assert HoursEntry.objects.balance().left < 0
