"""Who sees which row. There is always a stranger's row that could leak."""

import pytest

from accounts.tests.factories import MembershipFactory, UserFactory
from coaching.models import (
    AvailabilitySchedule,
    Booking,
    BookingPolicy,
    CoachingSession,
    HoursEntry,
    SessionType,
)
from coaching.services.ledger import purchase
from coaching.tests.factories import (
    AvailabilityScheduleFactory,
    BookingFactory,
    BookingPolicyFactory,
    CoachingSessionFactory,
    SessionTypeFactory,
)
from programs.tests.factories import EnrollmentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def booking():
    BookingFactory()  # a stranger's
    return BookingFactory()


@pytest.fixture
def people(booking):
    """Everyone around one booking, by what they are to it."""
    organization = booking.engagement.organization
    account_lead = UserFactory(practice_role="consultant")
    organization.consultants.add(account_lead)
    return {
        "clinician": booking.clinician,
        "coach": booking.coaching_session.coach,
        "account_lead": account_lead,
        "owner": UserFactory(practice_role="owner"),
        "peer": EnrollmentFactory(cohort=booking.enrollment.cohort).clinician,
        "admin": MembershipFactory(organization=organization, role="admin").user,
        "other_consultant": UserFactory(practice_role="consultant"),
        "stranger": UserFactory(),
    }


def who(people, scope, row):
    """Names of those whose scope holds `row`; nobody but the owner may see a stranger's as well."""
    found = set()
    for name, person in people.items():
        rows = list(scope(person))
        if row in rows:
            found.add(name)
        assert len(rows) == (2 if name == "owner" and rows else len(found & {name}))
    return found


def test_bookings(people, booking):
    objects = Booking.objects
    assert who(people, objects.owned_by, booking) == {"clinician"}
    assert who(people, objects.managed_by, booking) == {"coach", "account_lead", "owner"}
    assert who(people, objects.visible_to, booking) == {
        "clinician",
        "coach",
        "account_lead",
        "owner",
    }


def test_sessions(people, booking):
    session = booking.coaching_session
    objects = CoachingSession.objects
    assert who(people, objects.owned_by, session) == {"clinician"}
    assert who(people, objects.managed_by, session) == {"coach", "account_lead", "owner"}
    assert who(people, objects.visible_to, session) == {
        "clinician",
        "coach",
        "account_lead",
        "owner",
    }


def test_a_group_session_is_visible_to_its_cohort(people, booking):
    kind = SessionTypeFactory(kind="group", capacity=5)
    group = CoachingSessionFactory(cohort=booking.enrollment.cohort, session_type=kind)
    CoachingSessionFactory(session_type=kind)
    seen = {
        name
        for name, person in people.items()
        if group in CoachingSession.objects.visible_to(person)
    }
    assert seen == {"clinician", "peer", "account_lead", "owner"}


def test_somebody_who_booked_twice_sees_a_session_once(booking):
    booking.state = "cancelled"
    booking.save()
    again = Booking.objects.create(
        coaching_session=booking.coaching_session,
        clinician=booking.clinician,
        actor=booking.clinician,
        enrollment=booking.enrollment,
        engagement=booking.engagement,
    )
    assert list(CoachingSession.objects.visible_to(booking.clinician)) == [again.coaching_session]


def test_hours_entries_and_policies_are_for_the_practice(people, booking):
    entry = purchase(engagement=booking.engagement, actor=None, now=booking.created_at)
    policy = BookingPolicyFactory(engagement=booking.engagement)
    practice = BookingPolicyFactory()
    for name, person in people.items():
        manages = name in {"account_lead", "owner"}
        assert list(HoursEntry.objects.visible_to(person)) == ([entry] if manages else [])
        rows = set(BookingPolicy.objects.managed_by(person))
        assert rows == ({policy} if manages else set()) | ({practice} if name == "owner" else set())


def test_a_coach_s_hours_are_changed_by_the_coach_and_the_owner(people):
    schedule = AvailabilityScheduleFactory(coach=people["coach"])
    AvailabilityScheduleFactory()
    objects = AvailabilitySchedule.objects
    assert who(people, objects.managed_by, schedule) == {"coach", "owner"}
    assert who(people, objects.owned_by, schedule) == {"coach"}
    assert not objects.visible_to(people["clinician"]).exists()


def test_archived_types_are_for_the_practice(people):
    kind = SessionTypeFactory()
    archived = SessionTypeFactory(archived_at=kind.created_at)
    assert archived not in SessionType.objects.visible_to(people["clinician"])
    assert archived in SessionType.objects.visible_to(people["account_lead"])
    assert not SessionType.objects.managed_by(people["clinician"]).exists()
    assert archived not in SessionType.objects.bookable()
