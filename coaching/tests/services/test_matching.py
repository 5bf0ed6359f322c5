"""Pools, wishes, conflicts, turns; and who waits three working days is matched."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from coaching.models import CoachAssignment, CoachProfile, RematchRequest
from coaching.services.attendance import mark
from coaching.services.bookings import book
from coaching.services.coach_choice import coaches_for
from coaching.services.conflicts import declare_conflict, end_conflict
from coaching.services.matching import ask_rematch, assign_coach, match_waiting
from coaching.services.slots import find_open_slots
from coaching.tests.factories import AvailabilityScheduleFactory, SessionTypeFactory
from programs.models import CohortStaff, Enrollment
from programs.tests.factories import CohortFactory, CohortStaffFactory, EnrollmentFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 6, 1, 6, tzinfo=UTC)  # a Tuesday
TEN = datetime(2027, 6, 3, 10, tzinfo=UTC)


@pytest.fixture
def cohort():
    return CohortFactory(
        time_zone="UTC",
        engagement__starts_on=date(2027, 1, 1),
        engagement__ends_on=date(2027, 12, 31),
    )


@pytest.fixture
def coaches(cohort):
    """Three at work; they joined half a year ago."""
    people = [CohortStaffFactory(cohort=cohort).person for _ in range(3)]
    for person in people:
        AvailabilityScheduleFactory(coach=person)
    CohortStaff.objects.update(created_at=NOW - timedelta(days=180))
    return people


@pytest.fixture
def kind():
    return SessionTypeFactory(length_min=60, step_min=30, buffer_after_min=0, uses_hours=False)


@pytest.fixture
def enrollment(cohort, coaches):
    return EnrollmentFactory(cohort=cohort, accepted_at=NOW - timedelta(days=1))


def meet(enrollment, kind, start=TEN, now=NOW, **fields):
    return book(
        actor=enrollment.clinician,
        enrollment=enrollment,
        session_type=kind,
        start=start,
        idem_key=uuid4(),
        now=now,
        **fields,
    )


def coach_of(booking):
    return booking.coaching_session.coach


def test_sessions_go_round(cohort, coaches, kind, enrollment):
    people = [EnrollmentFactory(cohort=cohort) for _ in range(6)]
    taken = [
        coach_of(meet(one, kind, TEN + timedelta(days=n), NOW + timedelta(seconds=n)))
        for n, one in enumerate(people)
    ]
    assert taken == [*coaches, *coaches]


def test_twice_the_share_is_twice_the_sessions(cohort, coaches, kind):
    CoachProfile.objects.create(coach=coaches[2], weight=2)
    taken = [
        coach_of(meet(EnrollmentFactory(cohort=cohort), kind, TEN + timedelta(days=n)))
        for n in range(8)
    ]
    assert [taken.count(one) for one in coaches] == [2, 2, 4]


def test_a_newcomer_begins_level(cohort, coaches, kind):
    for n in range(4):
        meet(EnrollmentFactory(cohort=cohort), kind, TEN + timedelta(days=n), coach=coaches[0])
    staff = CohortStaffFactory(cohort=cohort)
    AvailabilityScheduleFactory(coach=staff.person)
    joined = NOW + timedelta(hours=1)
    CohortStaff.objects.filter(pk=staff.pk).update(created_at=joined)
    later = [joined + timedelta(minutes=n) for n in range(1, 5)]
    taken = [
        coach_of(meet(EnrollmentFactory(cohort=cohort), kind, TEN + timedelta(days=9), at))
        for at in later
    ]
    # Never assigned first, by id; then whose turn is longest ago. One session each.
    assert taken == [coaches[1], coaches[2], staff.person, coaches[0]]


def test_my_coach_first_then_who_met_me_last(cohort, coaches, kind, enrollment):
    met = meet(enrollment, kind, coach=coaches[2])
    mark(
        actor=coaches[2],
        booking=met,
        state="attended",
        expected_rev=None,
        now=TEN + timedelta(hours=2),
    )
    after = TEN + timedelta(days=1)
    assert coach_of(meet(enrollment, kind, after, TEN + timedelta(hours=3))) == coaches[2]
    Enrollment.objects.update(coach=coaches[1])
    enrollment.refresh_from_db()
    late = TEN + timedelta(days=2)
    assert coach_of(meet(enrollment, kind, late, TEN + timedelta(hours=3))) == coaches[1]


def test_a_coach_just_taken_yields_to_the_next(cohort, coaches, kind):
    taken = [coach_of(meet(EnrollmentFactory(cohort=cohort), kind)) for _ in range(3)]
    assert sorted(one.pk for one in taken) == [one.pk for one in coaches]
    with pytest.raises(ValidationError) as refusal:
        meet(EnrollmentFactory(cohort=cohort), kind)
    assert refusal.value.code == "slot_taken"


@pytest.mark.parametrize("coach_first", [True, False])
@pytest.mark.parametrize("relation", ["supervises", "evaluates", "personal"])
def test_a_conflict_takes_a_coach_out_of_pool_and_page(
    coaches, kind, enrollment, coach_first, relation
):
    pair = [coaches[0], enrollment.clinician]
    person, other = pair if coach_first else reversed(pair)
    conflict = declare_conflict(person=person, other=other, kind=relation, by=coaches[1])
    assert list(coaches_for(enrollment)) == coaches[1:]
    days = find_open_slots(enrollment=enrollment, session_type=kind, now=NOW)
    assert {slot.coach for day in days for slot in day.slots} == set(coaches[1:])
    with pytest.raises(ValidationError) as refusal:
        meet(enrollment, kind, coach=coaches[0])
    assert refusal.value.code == "no_coach"
    end_conflict(conflict=conflict, now=NOW)
    assert list(coaches_for(enrollment)) == coaches


def test_wishes_narrow_the_pool(coaches, enrollment):
    CoachProfile.objects.create(
        coach=coaches[0], languages=["English", "Spanish"], specialties=["Grief"], regions=["NY"]
    )
    CoachProfile.objects.create(coach=coaches[1], languages=["English"], seniority="senior")
    asked = {
        "language": [coaches[0]],
        "specialty": [coaches[0]],
        "region": [coaches[0]],
        "seniority": [coaches[1]],
    }
    values = {"language": "Spanish", "specialty": "Grief", "region": "NY", "seniority": "senior"}
    for name, found in asked.items():
        assert list(coaches_for(enrollment, {name: values[name]})) == found
    assert list(coaches_for(enrollment, {"language": "English"})) == coaches[:2]
    assert list(coaches_for(enrollment, {"language": "", "region": ""})) == coaches


def test_a_limit_holds(cohort, coaches, enrollment):
    CoachProfile.objects.create(coach=coaches[0], max_clinicians=1)
    EnrollmentFactory(cohort=cohort, coach=coaches[0])
    with pytest.raises(ValidationError) as refusal:
        assign_coach(
            actor=None, enrollment=enrollment, coach=coaches[0], reason="assigned", now=NOW
        )
    assert refusal.value.code == "coach_full"


def match_at(moment):
    return match_waiting(now=moment)


def test_three_working_days_without_a_choice(coaches, kind, enrollment):
    """In on Friday 28 May: Monday, Tuesday, Wednesday; so on Wednesday 2 June."""
    Enrollment.objects.update(accepted_at=datetime(2027, 5, 28, 15, tzinfo=UTC))
    assert match_at(datetime(2027, 6, 1, 23, 59, tzinfo=UTC)) == 0
    assert match_at(datetime(2027, 6, 2, 0, 0, tzinfo=UTC)) == 1
    enrollment.refresh_from_db()
    assert enrollment.coach == coaches[0]
    assert CoachAssignment.objects.get().reason == "matched"
    assert match_at(datetime(2027, 6, 2, 1, tzinfo=UTC)) == 0


def test_matched_to_one_with_a_free_time_within_two_weeks(coaches, kind, enrollment):
    coaches[0].availability.rules.all().delete()
    Enrollment.objects.update(accepted_at=NOW - timedelta(days=10))
    match_at(NOW)
    enrollment.refresh_from_db()
    assert enrollment.coach == coaches[1]


def test_people_are_matched_in_turn(cohort, coaches, kind):
    people = [
        EnrollmentFactory(cohort=cohort, accepted_at=NOW - timedelta(days=10, hours=-n))
        for n in range(3)
    ]
    assert match_at(NOW) == 3
    assert [Enrollment.objects.get(pk=one.pk).coach for one in people] == coaches


def test_another_coach_without_reasons(coaches, kind, enrollment):
    assign_coach(actor=None, enrollment=enrollment, coach=coaches[0], reason="assigned", now=NOW)
    CoachProfile.objects.create(coach=coaches[2], languages=["Spanish"])
    ask_rematch(
        actor=enrollment.clinician, enrollment=enrollment, wishes={"language": "Spanish"}, now=NOW
    )
    assert match_at(NOW + timedelta(days=1)) == 0
    assert match_at(NOW + timedelta(days=3)) == 1
    enrollment.refresh_from_db()
    assert enrollment.coach == coaches[2]
    assert RematchRequest.objects.open().count() == 0
