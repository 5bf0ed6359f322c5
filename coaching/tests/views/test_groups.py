"""The practice plans groups of a cohort, changes them, and marks who was there."""

from datetime import timedelta

import pytest

from coaching.models import Booking, CoachingSession
from coaching.services.bookings import book
from coaching.tests.factories import SessionTypeFactory
from coaching.tests.views.conftest import NOW, TEN
from notifications.kinds import get_kind
from notifications.models import Message
from programs.tests.factories import EnrollmentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client, enrollment, coach):
    """Her coach, who also looks after the organization, is signed in."""
    enrollment.cohort.engagement.organization.consultants.add(coach)
    enrollment.cohort.time_zone = "America/Chicago"
    enrollment.cohort.save()
    client.force_login(coach)
    return client


@pytest.fixture
def circle(db, clock):
    return SessionTypeFactory(kind="group", capacity=8, name="Evening circle", length_min=60)


@pytest.fixture
def planned(staff, enrollment, coach, circle, url):
    """Planned on the page for Thursday 10:00 in Chicago."""
    answer = staff.post(
        url("group_plan", enrollment.cohort),
        {
            "session_type": str(circle.public_id),
            "coach": str(coach.public_id),
            "day": "2027-06-03",
            "clock": "10:00",
            "location": "Room 12",
        },
    )
    assert answer.status_code == 302, answer.context["form"].errors
    return CoachingSession.objects.get()


@pytest.fixture
def members(planned, enrollment):
    people = [enrollment, *(EnrollmentFactory(cohort=enrollment.cohort) for _ in range(2))]
    return [
        book(
            actor=person.clinician,
            enrollment=person,
            session=planned,
            idem_key=person.public_id,
            now=NOW,
        )
        for person in people
    ]


def test_a_planned_group_is_in_the_cohorts_zone_and_hides_its_members(planned, staff, url, coach):
    assert planned.starts_at == TEN + timedelta(hours=5)
    assert (planned.capacity, planned.shows_roster, planned.allows_hierarchy) == (8, False, False)
    page = staff.get(url("group_list", planned.cohort)).content.decode()
    assert "Evening circle" in page
    assert "0/8" in page


def test_the_coach_gets_it_as_a_calendar_entry(planned, coach):
    message = Message.objects.get(kind="coaching.group_planned")
    assert message.recipient == coach
    mail = get_kind("coaching.group_planned").render(message)
    assert mail.calendar_method == "REQUEST"
    assert str(planned.ics_uid).encode() in mail.calendar
    assert b"SUMMARY:Session\r\n" in mail.calendar
    assert mail.subject == "Group planned: Thu 3 Jun, 11:00"
    assert "Evening circle" not in mail.text


def edit(staff, url, session, **changes):
    page = staff.get(url("group_edit", session))
    fields = {name: page.context["form"][name].value() for name in page.context["form"].fields}
    fields = {name: value for name, value in fields.items() if value not in (False, None)}
    return staff.post(url("group_edit", session), fields | changes)


def test_a_new_time_reaches_everybody_as_an_update(staff, url, planned, members):
    answer = edit(staff, url, planned, clock="11:30", shows_roster="on")
    assert answer.status_code == 302
    planned.refresh_from_db()
    assert planned.starts_at == TEN + timedelta(hours=6, minutes=30)
    assert planned.shows_roster
    assert planned.ics_seq == 1
    moved = Message.objects.pending().filter(kind="coaching.booking_moved")
    assert moved.count() == 3
    coach_mail = Message.objects.pending().get(kind="coaching.group_moved")
    mail = get_kind("coaching.group_moved").render(coach_mail)
    assert b"SEQUENCE:1\r\n" in mail.calendar
    for booking in members:
        assert booking.clinician.email.encode() not in mail.calendar


def test_an_old_page_changes_nothing(staff, url, planned):
    edit(staff, url, planned, location="Room 13")
    answer = edit(staff, url, planned, location="Room 14", rev="1")
    assert answer.status_code == 409
    planned.refresh_from_db()
    assert planned.location == "Room 13"


def test_cancel_ends_every_place_and_tells_the_coach_too(staff, url, planned, members):
    staff.post(url("group_cancel", planned), {"rev": "7"})
    assert Booking.objects.live().count() == 3
    staff.post(url("group_cancel", planned), {"rev": "1"})
    assert set(Booking.objects.values_list("state", flat=True)) == {"coach_cancel"}
    message = Message.objects.pending().get(kind="coaching.group_canceled")
    mail = get_kind("coaching.group_canceled").render(message)
    assert mail.calendar_method == "CANCEL"
    assert b"METHOD:CANCEL" in mail.calendar


def test_attendance_of_all_in_one_post(staff, url, planned, members, later):
    later(planned.starts_at - timedelta(minutes=1))
    assert "Not yet" in staff.get(url("group_attendance", planned)).content.decode()
    later(planned.starts_at + timedelta(minutes=50))
    field = f"state_{members[0].public_id.hex}"
    answer = staff.post(
        url("group_attendance", planned), {field: "clinical_duty", "rest_attended": "on"}
    )
    assert answer.status_code == 302
    states = [Booking.objects.get(pk=booking.pk).state for booking in members]
    assert states == ["clinical_duty", "attended", "attended"]


def test_marks_are_corrected_for_seven_days(staff, url, planned, members, later):
    later(planned.starts_at + timedelta(hours=1))
    staff.post(url("group_attendance", planned), {"rest_attended": "on"})
    field = f"state_{members[0].public_id.hex}"
    later(planned.starts_at + timedelta(days=7))
    assert staff.post(url("group_attendance", planned), {field: "no_show"}).status_code == 302
    later(planned.starts_at + timedelta(days=7, seconds=1))
    assert staff.post(url("group_attendance", planned), {field: "attended"}).status_code == 409
    assert Booking.objects.get(pk=members[0].pk).state == "no_show"


def test_a_coach_without_the_organization_plans_nothing(client, enrollment, coach, url):
    client.force_login(coach)
    assert client.get(url("group_plan", enrollment.cohort)).status_code == 404
