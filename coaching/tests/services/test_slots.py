from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from accounts.tests.factories import UserFactory
from coaching.engine.hours import Rule
from coaching.engine.slots import SlotShape
from coaching.models import TimeClaim
from coaching.services.availability import add_override, set_weekly_hours
from coaching.services.calendars import _BUSY, load_calendars
from coaching.services.slots import OpenSlot, find_next_slots, find_open_slots
from coaching.tests.factories import (
    AvailabilityScheduleFactory,
    CoachedEnrollmentFactory,
    CoachingSessionFactory,
    SessionTypeFactory,
)
from programs.tests.factories import CohortStaffFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 6, 1, 6, tzinfo=UTC)  # a Tuesday


def claim(person, start, minutes, **fields):
    span = DateTimeTZRange(start, start + timedelta(minutes=minutes))
    return TimeClaim.objects.create(person=person, span=span, **({"kind": "coach"} | fields))


def starts(days):
    return [slot.starts_at for day in days for slot in day.slots]


def test_it_offers_the_coach_s_hours_in_the_clinician_s_zone():
    enrollment = CoachedEnrollmentFactory(clinician__time_zone="America/New_York")
    days = find_open_slots(
        enrollment=enrollment,
        session_type=SessionTypeFactory(length_min=60, step_min=60, buffer_after_min=0),
        now=NOW,
        days=1,
    )
    assert [(day.day, [slot.label for slot in day.slots]) for day in days] == [
        (date(2027, 6, 1), [f"{hour:02d}:00" for hour in range(4, 14)])
    ]


def test_claims_of_coach_and_clinician_remove_times():
    enrollment = CoachedEnrollmentFactory()
    kind = SessionTypeFactory(length_min=60, step_min=60, buffer_after_min=0)
    ten = NOW.replace(hour=10)
    claim(enrollment.coach, ten, 60)
    claim(enrollment.clinician, ten + timedelta(hours=2), 60, kind="participant")
    claim(UserFactory(), ten + timedelta(hours=4), 60)  # somebody else's
    claim(enrollment.coach, ten + timedelta(hours=5), 60, active=False)
    found = starts(find_open_slots(enrollment=enrollment, session_type=kind, now=NOW, days=1))
    assert [start.hour for start in found] == [8, 9, 11, 13, 14, 15, 16, 17]


@pytest.mark.parametrize(("seconds", "is_open"), [(1, False), (0, True), (-1, True)])
def test_a_hold_blocks_until_the_instant_it_expires(seconds, is_open):
    enrollment = CoachedEnrollmentFactory()
    ten = NOW.replace(hour=10)
    expires_at = NOW + timedelta(seconds=seconds)
    claim(enrollment.coach, ten, 60, kind="hold", expires_at=expires_at)
    kind = SessionTypeFactory(length_min=60, step_min=60, buffer_after_min=0)
    found = starts(find_open_slots(enrollment=enrollment, session_type=kind, now=NOW, days=1))
    assert (ten in found) is is_open


def test_only_coaches_of_the_cohort_are_offered():
    enrollment = CoachedEnrollmentFactory()
    AvailabilityScheduleFactory()  # a coach elsewhere
    second = CohortStaffFactory(cohort=enrollment.cohort).person
    AvailabilityScheduleFactory(coach=second)
    left = CohortStaffFactory(cohort=enrollment.cohort, ended_at=NOW).person
    AvailabilityScheduleFactory(coach=left)
    kind = SessionTypeFactory()
    days = find_open_slots(enrollment=enrollment, session_type=kind, now=NOW, days=1)
    assert {slot.coach for slot in days[0].slots} == {enrollment.coach, second}
    days = find_open_slots(enrollment=enrollment, session_type=kind, now=NOW, days=1, coach=second)
    assert {slot.coach for slot in days[0].slots} == {second}


def test_overrides_and_caps_count():
    enrollment = CoachedEnrollmentFactory()
    kind = SessionTypeFactory(max_per_day=1)
    add_override(coach=enrollment.coach, day=date(2027, 6, 2), kind="replace")
    CoachingSessionFactory(
        coach=enrollment.coach, cohort=enrollment.cohort, starts_at=NOW.replace(day=3, hour=9)
    )
    days = find_open_slots(enrollment=enrollment, session_type=kind, now=NOW, days=4)
    assert [day.day.day for day in days] == [1, 4]


def test_a_coach_who_moves_keeps_bookings_and_only_future_hours_change():
    """Row 6: the booked instant stays; new windows are read in the new zone."""
    enrollment = CoachedEnrollmentFactory()
    set_weekly_hours(coach=enrollment.coach, zone="Europe/London", hours=[Rule(1, 540, 600)])
    session = CoachingSessionFactory(
        coach=enrollment.coach, starts_at=datetime(2027, 6, 15, 8, tzinfo=UTC)
    )
    set_weekly_hours(coach=enrollment.coach, zone="America/New_York", hours=[Rule(1, 540, 600)])
    session.refresh_from_db()
    assert session.starts_at == datetime(2027, 6, 15, 8, tzinfo=UTC)
    kind = SessionTypeFactory(length_min=60, buffer_after_min=0)
    found = starts(find_open_slots(enrollment=enrollment, session_type=kind, now=NOW, days=21))
    assert [(start.day, start.hour) for start in found] == [(1, 13), (8, 13), (15, 13)]


def test_a_key_round_trips_and_nonsense_is_refused():
    slot = OpenSlot(1_800_000_000, UserFactory(), "08:00")
    assert OpenSlot.parse(slot.key) == (slot.coach.public_id, slot.starts_at)
    for nonsense in ("", "x:1", f"{slot.coach.public_id}:", f"{slot.coach.public_id}:{10**30}"):
        with pytest.raises(ValueError):  # noqa: PT011  # the type is the contract
            OpenSlot.parse(nonsense)


@pytest.mark.parametrize("coaches", [1, 12])
def test_queries_do_not_grow_with_coaches(django_assert_num_queries, coaches):
    enrollment = CoachedEnrollmentFactory()
    for _ in range(coaches - 1):
        AvailabilityScheduleFactory(coach=CohortStaffFactory(cohort=enrollment.cohort).person)
    kind = SessionTypeFactory()
    with django_assert_num_queries(3):
        assert find_open_slots(enrollment=enrollment, session_type=kind, now=NOW)


def test_busy_time_is_found_by_person_in_the_exclusion_index():
    """Only index conditions count, as in a big table: no other index of the table has one here."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexscan = off")
        values = {"people": "{[1,1],[7,7]}", "lo": 0, "hi": 10**9, "without": 0, "holder": 0}
        values |= {"instant": NOW, "hosts": "{[1,1]}", "coaches": [1]}
        cursor.execute("EXPLAIN " + _BUSY, values)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Bitmap Index Scan on timeclaim_person_not_double_booked" in plan
    assert "Index Cond: ((int8range(person_id, person_id, '[]'::text) &&" in plan
    assert "Bitmap Index Scan on externalbusy_person_span" in plan


def test_calendars_read_only_the_asked_range():
    coach = AvailabilityScheduleFactory().coach
    claim(coach, NOW + timedelta(days=9), 60)
    inside = claim(coach, NOW + timedelta(hours=1), 60)
    at = int(NOW.timestamp())
    calendars = load_calendars(
        coach_ids=[coach.pk],
        viewer_id=None,
        shape=SlotShape(length=1800),
        lo=at,
        hi=at + 86400,
        now=at,
    )
    lower = int(inside.span.lower.timestamp())
    assert list(calendars.diaries[coach.pk].busy) == [(lower, lower + 3600)]


def test_the_next_times_are_with_the_own_coach_and_some_hours_apart():
    enrollment = CoachedEnrollmentFactory()
    assert find_next_slots(enrollment=enrollment, now=NOW) == []  # nothing to book yet
    other = CohortStaffFactory(cohort=enrollment.cohort).person
    AvailabilityScheduleFactory(coach=other)
    SessionTypeFactory()
    found = find_next_slots(enrollment=enrollment, now=NOW)
    assert [(slot.coach, slot.starts_at.hour) for slot in found] == [
        (enrollment.coach, hour) for hour in (8, 10, 12)
    ]
