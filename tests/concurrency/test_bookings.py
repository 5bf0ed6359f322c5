"""Many people at once. Threads with a connection each, on real PostgreSQL.

A race has a twin that takes the protection away and must show the damage: so it does happen.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections

from coaching.models import Booking, CoachingSession, HoursEntry, TimeClaim
from coaching.services import ledger, places, sessions
from coaching.services.bookings import book, cancel
from coaching.services.group_sessions import schedule_group
from coaching.tests.factories import (
    AvailabilityScheduleFactory,
    SessionTypeFactory,
)
from config.settings import _owner_database
from programs.models import Engagement
from programs.tests.factories import CohortStaffFactory, EnrollmentFactory

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2027, 6, 1, 6, tzinfo=UTC)
TEN = datetime(2027, 6, 3, 10, tzinfo=UTC)


def race(calls: list[Callable[[], object]]) -> tuple[Counter[str], float]:
    """Run all calls at the same moment; count outcomes by name, return the longest wait in seconds."""
    barrier = threading.Barrier(len(calls))
    outcomes: list[str] = []
    waits: list[float] = []

    def run(call: Callable[[], object]) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=30)
            began = time.monotonic()
            try:
                call()
                outcomes.append("done")
            except ValidationError as refusal:
                outcomes.append(refusal.code)
            except Exception as error:  # noqa: BLE001  # any other outcome is what we look for
                outcomes.append(f"{type(error).__name__}: {error}")
            waits.append(time.monotonic() - began)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return Counter(outcomes), max(waits)


def deadlocks() -> int:
    """Deadlocks of this database so far."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return cursor.fetchone()[0]


def colleagues(enrollment, count):
    """More people of the same cohort, with the same coach."""
    return [
        EnrollmentFactory(cohort=enrollment.cohort, coach=enrollment.coach) for _ in range(count)
    ]


def booking_call(enrollment, kind, start=TEN, **fields):
    defaults = {"actor": enrollment.clinician, "idem_key": uuid4(), "now": NOW}
    arguments = {"enrollment": enrollment, "session_type": kind, "start": start} | defaults | fields
    return lambda: book(**arguments)


def double_booked() -> int:
    """Pairs of live claims of one person that overlap."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM coaching_timeclaim a JOIN coaching_timeclaim b"
            " ON a.person_id = b.person_id AND a.id < b.id AND a.span && b.span"
            " WHERE a.active AND b.active"
        )
        return cursor.fetchone()[0]


@contextmanager
def without_constraint():
    """Drop the exclusion constraint, as its owner; put it back on an emptied table."""
    settings = connection.settings_dict
    with psycopg.connect(
        dbname=settings["NAME"],
        host=settings["HOST"],
        port=settings["PORT"] or None,
        user=_owner_database["USER"],
        password=_owner_database["PASSWORD"],
        autocommit=True,
    ) as owner:
        name = "timeclaim_person_not_double_booked"
        (definition,) = owner.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [name]
        ).fetchone()
        owner.execute(f"ALTER TABLE coaching_timeclaim DROP CONSTRAINT {name}")
        try:
            yield
        finally:
            owner.execute("DELETE FROM coaching_timeclaim")
            owner.execute(f"ALTER TABLE coaching_timeclaim ADD CONSTRAINT {name} {definition}")


def test_fifty_people_and_one_slot(enrollment, kind):
    before = deadlocks()
    people = [enrollment, *colleagues(enrollment, 49)]

    outcomes, longest = race([booking_call(person, kind) for person in people])

    assert outcomes == {"done": 1, "slot_taken": 49}
    assert (Booking.objects.count(), CoachingSession.objects.count()) == (1, 1)
    assert TimeClaim.objects.count() == 2
    assert HoursEntry.objects.filter(kind="hold").count() == 1
    assert deadlocks() == before
    assert longest < 10  # a lock waits 3 s; the machine may be busy with other things


def test_twin_without_lock_the_constraint_alone_still_keeps_one(enrollment, kind, no_locks):
    people = [enrollment, *colleagues(enrollment, 11)]
    outcomes, _ = race([booking_call(person, kind) for person in people])
    assert outcomes["done"] == 1
    assert double_booked() == 0


def test_twin_without_lock_and_constraint_double_books(enrollment, kind, no_locks):
    people = [enrollment, *colleagues(enrollment, 11)]
    with without_constraint():
        outcomes, _ = race([booking_call(person, kind) for person in people])
        assert outcomes["done"] > 1
        assert double_booked() > 0


def test_overlapping_starts_of_one_coach(enrollment, kind):
    """Row 7: 10:00 to 11:00 and 10:30 to 11:30."""
    before = deadlocks()
    (other,) = colleagues(enrollment, 1)
    for day in range(20):
        start = TEN + timedelta(days=day)
        outcomes, _ = race(
            [
                booking_call(enrollment, kind, start),
                booking_call(other, kind, start + timedelta(minutes=30)),
            ]
        )
        assert outcomes == {"done": 1, "slot_taken": 1}
    assert double_booked() == 0
    assert deadlocks() == before


def test_one_clinician_with_two_coaches(enrollment, kind):
    """Row 9: the clinician's own claim decides."""
    second = CohortStaffFactory(cohort=enrollment.cohort).person
    AvailabilityScheduleFactory(coach=second)
    for day in range(10):
        start = TEN + timedelta(days=day)
        outcomes, _ = race(
            [
                booking_call(enrollment, kind, start, coach=enrollment.coach),
                booking_call(enrollment, kind, start + timedelta(minutes=30), coach=second),
            ]
        )
        assert outcomes == {"done": 1, "clinician_busy": 1}
    assert double_booked() == 0


def test_one_form_sent_twice_at_once(enrollment, kind):
    """Row 10."""
    key = uuid4()
    found = []
    call = booking_call(enrollment, kind, idem_key=key)
    outcomes, _ = race([lambda: found.append(call().pk)] * 8)
    assert outcomes == {"done": 8}
    assert len(set(found)) == 1
    assert Booking.objects.count() == 1


def test_the_last_hours_of_a_contract_are_spent_once(enrollment, kind):
    Engagement.objects.update(coaching_hours=2)
    people = [enrollment, *colleagues(enrollment, 5)]
    outcomes, _ = race(
        [booking_call(person, kind, TEN + timedelta(days=day)) for day, person in enumerate(people)]
    )
    assert outcomes == {"done": 2, "no_hours": 4}
    assert HoursEntry.objects.balance().left == 0


def group_of_five(enrollment):
    return schedule_group(
        actor=enrollment.coach,
        cohort=enrollment.cohort,
        session_type=SessionTypeFactory(kind="group", capacity=5, uses_hours=False),
        coach=enrollment.coach,
        start=TEN,
        now=NOW,
    )


def seat_calls(session, people):
    return [booking_call(person, None, start=None, session=session) for person in people]


def test_twelve_people_and_the_last_place_of_a_group(enrollment):
    """Row 8, its first half."""
    session = group_of_five(enrollment)
    people = colleagues(enrollment, 16)
    for call in seat_calls(session, people[:4]):
        call()
    outcomes, _ = race(seat_calls(session, people[4:]))
    assert outcomes == {"done": 1, "full": 11}
    session.refresh_from_db()
    assert session.taken == session.capacity == Booking.objects.live().count()


def test_twin_with_an_unguarded_counter_overbooks(enrollment, monkeypatch):
    """Read, compare, write, with the session row not locked: more people sit down than there are places."""
    session = group_of_five(enrollment)
    related = CoachingSession.objects.select_related("session_type", "coach", "cohort")
    monkeypatch.setattr(
        ledger, "lock_engagement", lambda *, engagement_id: Engagement.objects.get(pk=engagement_id)
    )
    monkeypatch.setattr(places, "lock_people", lambda **_: None)
    monkeypatch.setattr(sessions, "lock_session", lambda *, session_id: related.get(pk=session_id))

    def unguarded(*, coaching_session):
        if coaching_session.taken >= coaching_session.capacity:
            raise ValidationError("full", code="full")
        time.sleep(0.05)  # between reading and writing, as on a busy machine
        CoachingSession.objects.filter(pk=session.pk).update(taken=coaching_session.taken + 1)

    monkeypatch.setattr(sessions, "take_seat", unguarded)
    race(seat_calls(session, colleagues(enrollment, 12)))
    assert Booking.objects.live().count() > session.capacity


def test_booking_and_canceling_at_once_never_deadlock(enrollment, kind):
    before = deadlocks()
    people = colleagues(enrollment, 6)
    first = [
        booking_call(person, kind, TEN + timedelta(hours=hour))()
        for hour, person in enumerate(people[:3])
    ]
    cancels = [
        lambda booking=booking: cancel(
            actor=booking.clinician, booking=booking, expected_rev=1, now=NOW
        )
        for booking in first
    ]
    books = [
        booking_call(person, kind, TEN + timedelta(hours=hour))
        for hour, person in enumerate(people[3:])
    ]
    outcomes, _ = race(cancels + books)
    assert set(outcomes) <= {"done", "slot_taken"}
    assert double_booked() == 0
    assert deadlocks() == before
    live = Booking.objects.live().count()
    assert HoursEntry.objects.balance().held == 60 * live
