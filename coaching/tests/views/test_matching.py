"""Your coach, Matching, the profile, Hand over."""

import pytest

from coaching.models import CoachAssignment, CoachProfile, Conflict, RematchRequest
from coaching.tests.factories import AvailabilityScheduleFactory
from programs.tests.factories import CohortStaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def second(enrollment):
    person = CohortStaffFactory(cohort=enrollment.cohort, person__name="Jonas Ferri").person
    AvailabilityScheduleFactory(coach=person)
    CoachProfile.objects.create(coach=person, languages=["Spanish"], about="Thirty years of nights")
    return person


@pytest.fixture
def staff(client, enrollment, coach):
    enrollment.cohort.engagement.organization.consultants.add(coach)
    client.force_login(coach)
    return client


def test_a_clinician_chooses_a_coach(clinician, enrollment, coach, second, url):
    page = clinician.get(url("my_coach", enrollment)).content.decode()
    assert "Maya Lind" in page
    assert "Thirty years of nights" in page
    clinician.post(url("my_coach", enrollment), {"coach": str(second.public_id)})
    enrollment.refresh_from_db()
    assert enrollment.coach == second
    assignment = CoachAssignment.objects.get()
    assert (assignment.actor, assignment.reason) == (enrollment.clinician, "chosen")


def test_wishes_narrow_who_is_shown(clinician, enrollment, coach, second, url):
    enrollment.coach = None
    enrollment.save()
    page = clinician.get(url("my_coach", enrollment), {"language": "Spanish"}).content.decode()
    assert "Jonas Ferri" in page
    assert "Maya Lind" not in page


def test_a_coach_with_a_conflict_is_not_shown_and_nothing_says_why(
    clinician, enrollment, coach, second, url
):
    Conflict.objects.create(
        person=second, other=enrollment.clinician, kind="evaluates", declared_by=coach
    )
    page = clinician.get(url("my_coach", enrollment)).content.decode()
    assert "Jonas Ferri" not in page
    assert "evaluates" not in page
    answer = clinician.post(url("my_coach", enrollment), {"coach": str(second.public_id)})
    assert answer.status_code == 400


def test_asking_for_another_needs_no_reason(clinician, enrollment, coach, second, url):
    clinician.post(url("coach_rematch", enrollment), {"specialty": ""})
    assert RematchRequest.objects.open().get().enrollment == enrollment
    page = clinician.get(url("my_coach", enrollment)).content.decode()
    assert "We look for somebody else for you" in page


def test_the_practice_assigns_and_the_request_is_answered(
    staff, clinician, enrollment, coach, second, url
):
    clinician.post(url("coach_rematch", enrollment), {"specialty": ""})
    staff.force_login(coach)
    page = staff.get(url("matching", enrollment.cohort)).content.decode()
    assert "Would like another coach" in page
    staff.post(url("matching_assign", enrollment), {"coach": str(second.public_id)})
    enrollment.refresh_from_db()
    assert enrollment.coach == second
    assert not RematchRequest.objects.open().exists()


def test_a_conflict_is_noted_and_ended(staff, enrollment, coach, second, url):
    fields = {
        "person": str(second.public_id),
        "kind": "supervises",
        "other": str(enrollment.clinician.public_id),
    }
    staff.post(url("conflict_declare", enrollment.cohort), fields)
    conflict = Conflict.objects.standing().get()
    assert "supervises Ana Silva" in staff.get(url("matching", enrollment.cohort)).content.decode()
    staff.post(url("conflict_end", enrollment.cohort, conflict))
    assert not Conflict.objects.standing().exists()


def test_shares_and_limits(staff, enrollment, coach, second, url):
    address = url("coach_share", enrollment.cohort, second)
    staff.post(address, {"weight": "3", "max_clinicians": "12"})
    profile = CoachProfile.objects.get(coach=second)
    assert (profile.weight, profile.max_clinicians) == (3, 12)
    staff.post(address, {"weight": "0"})
    profile.refresh_from_db()
    assert profile.weight == 3


def test_a_coach_writes_a_profile(staff, coach, url):
    fields = {
        "about": "Listens",
        "specialties": "Grief,  difficult news, Grief",
        "languages": "English",
        "regions": "",
        "seniority": "senior",
    }
    assert staff.post("/coach-profile/", fields).status_code == 302
    profile = CoachProfile.objects.get(coach=coach)
    assert profile.specialties == ["Grief", "difficult news"]


def test_hand_over_on_the_page(staff, booking, second, url):
    session = booking.coaching_session
    page = staff.get(url("session_hand_over", session)).content.decode()
    assert "Jonas Ferri" in page
    answer = staff.post(
        url("session_hand_over", session), {"coach": str(second.public_id), "rev": session.rev}
    )
    assert answer.status_code == 302
    session.refresh_from_db()
    assert session.coach == second
