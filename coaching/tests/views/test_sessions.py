"""One session's pages: the clinician's proof, the calendar file, the coach's list and marks."""

from datetime import timedelta
from uuid import uuid4

import icalendar
import pytest
from django.urls import reverse

from accounts.tests.factories import MembershipFactory, UserFactory
from coaching.models import Booking, HoursEntry
from coaching.services.bookings import move
from coaching.tests.factories import BookingFactory
from coaching.tests.views.conftest import NOW, TEN

pytestmark = pytest.mark.django_db

AFTER = TEN + timedelta(hours=2)


@pytest.fixture
def session(booking):
    return booking.coaching_session


@pytest.fixture
def staff(client, coach):
    client.force_login(coach)
    return client


# --- The clinician's page ---


def test_the_page_after_booking_is_proof(clinician, booking, session, url):
    answer = clinician.get(url("session_detail", session))
    text = answer.content.decode()

    assert answer.status_code == 200
    # Time in her zone; how to join; calendar; move and cancel; until when; where the mail went.
    assert "Thu 3 Jun, 05:00 CDT" in text
    assert f'href="{session.location}"' in text
    for name, thing in (
        ("session_invite", session),
        ("booking_move", booking),
        ("booking_cancel", booking),
    ):
        assert url(name, thing) in text
    assert "Wed 2 Jun, 05:00 CDT" in text
    assert booking.clinician.email in text


@pytest.mark.parametrize("channel", ["video", "phone", "room"])
def test_without_a_link_it_still_says_how_to_join(clinician, kind, session, url, channel):
    kind.channel = channel
    kind.save()
    session.location = ""
    session.save()
    text = clinician.get(url("session_detail", session)).content.decode()

    assert "coach calls you" in text if channel == "phone" else "coach tells you where" in text


def test_a_place_that_is_not_an_address_is_no_link(clinician, session, url):
    session.location = "Room <4>"
    session.save()
    text = clinician.get(url("session_detail", session)).content.decode()

    assert "Room &lt;4&gt;" in text
    assert 'href="Room' not in text


def test_afterwards_nothing_can_be_changed_but_duty_can_be_told(
    clinician, booking, session, url, later
):
    later(AFTER)
    text = clinician.get(url("session_detail", session)).content.decode()
    assert url("booking_move", booking) not in text
    assert "I was called to a patient" in text

    plain = clinician.post(url("booking_cancel", booking), {"rev": booking.rev})
    duty = clinician.post(url("booking_cancel", booking), {"rev": booking.rev, "on_duty": "on"})

    booking.refresh_from_db()
    assert (plain.status_code, duty.status_code, booking.state) == (409, 302, "clinical_duty")


def test_a_canceled_session_shows_how_it_ended(clinician, booking, session, url):
    clinician.post(url("booking_cancel", booking), {"rev": booking.rev})
    text = clinician.get(url("session_detail", session)).content.decode()

    assert reverse("coaching:booking_start") in text
    assert url("session_invite", session) not in text
    assert session.location not in text


def test_the_coach_is_led_to_the_workspace(staff, session, url):
    answer = staff.get(url("session_detail", session))

    assert (answer.status_code, answer.url) == (302, url("session_workspace", session))


@pytest.mark.parametrize("name", ["session_detail", "session_invite", "session_workspace"])
@pytest.mark.parametrize("who", ["peer", "admin", "consultant"])
def test_others_find_no_session(client, enrollment, session, url, name, who):
    person = UserFactory(practice_role="consultant" if who == "consultant" else "")
    if who == "admin":
        organization = enrollment.cohort.engagement.organization
        MembershipFactory(user=person, organization=organization, role="admin")
    if who == "peer":
        BookingFactory(enrollment__cohort=enrollment.cohort, enrollment__clinician=person)
    client.force_login(person)

    assert client.get(url(name, session)).status_code == 404


def test_the_clinician_has_no_workspace(clinician, booking, session, url):
    assert clinician.get(url("session_workspace", session)).status_code == 404
    form = {"state": "attended", "rev": booking.rev}
    assert clinician.post(url("booking_mark", booking), form).status_code == 404


# --- The calendar file ---


def event(answer):
    calendar = icalendar.Calendar.from_ical(answer.content)
    (found,) = calendar.walk("VEVENT")
    return found


def test_the_calendar_file_names_the_time_and_no_employer(clinician, booking, session, url):
    answer = clinician.get(url("session_invite", session))
    entry = event(answer)

    assert answer["Content-Type"].startswith("text/calendar")
    assert entry["DTSTART"].dt == TEN
    assert entry["DTEND"].dt == TEN + timedelta(hours=1)
    assert "Northfield" not in answer.content.decode()
    assert booking.enrollment.cohort.version.program.title not in answer.content.decode()


def test_the_entry_keeps_its_uid_when_the_session_moves(clinician, booking, session, url):
    before = event(clinician.get(url("session_invite", session)))
    move(
        actor=booking.clinician,
        booking=booking,
        start=TEN + timedelta(hours=3),
        expected_rev=booking.rev,
        idem_key=uuid4(),
        now=NOW,
    )
    after = event(clinician.get(url("session_invite", session)))

    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after["DTSTART"].dt == TEN + timedelta(hours=3)


def test_a_canceled_booking_has_no_calendar_file(clinician, booking, session, url):
    clinician.post(url("booking_cancel", booking), {"rev": booking.rev})

    assert clinician.get(url("session_invite", session)).status_code == 404


# --- The coach's list ---


def test_the_list_has_the_coachs_coming_and_past_sessions_only(
    staff, session, coach, enrollment, later
):
    BookingFactory(enrollment__cohort=enrollment.cohort)  # a colleague's
    page = reverse("coaching:session_list")
    before = staff.get(page)
    later(AFTER)
    after = staff.get(page)

    assert (before.context["coming"], before.context["past"]) == ([session], [])
    assert (after.context["coming"], after.context["past"]) == ([], [session])
    assert "Ana Silva" in before.content.decode()


def test_a_canceled_session_leaves_the_coming_ones(staff, booking, url):
    staff.post(url("booking_cancel", booking), {"rev": booking.rev})

    assert staff.get(reverse("coaching:session_list")).context["coming"] == []


def test_the_list_is_for_the_practice(clinician):
    assert clinician.get(reverse("coaching:session_list")).status_code == 404


def test_the_list_asks_as_often_for_many_sessions_as_for_one(staff, coach, session, count_queries):
    page = reverse("coaching:session_list")
    staff.get(page)
    with count_queries() as few:
        staff.get(page)
    for day in range(4, 10):
        BookingFactory(
            coaching_session__coach=coach, coaching_session__starts_at=NOW + timedelta(days=day)
        )
    with count_queries() as many:
        assert len(staff.get(page).context["coming"]) == 7
    assert len(many) == len(few)


# --- The workspace and marks ---


def test_before_it_begins_the_workspace_offers_to_change_it(staff, booking, session, url):
    answer = staff.get(url("session_workspace", session))
    text = answer.content.decode()

    assert "Ana Silva" in text
    assert url("booking_move", booking) in text
    assert url("booking_mark", booking) not in text


def test_the_account_lead_finds_the_workspace(client, enrollment, session, url):
    lead = UserFactory(practice_role="consultant")
    enrollment.cohort.engagement.organization.consultants.add(lead)
    client.force_login(lead)

    assert client.get(url("session_workspace", session)).status_code == 200


@pytest.mark.parametrize(
    ("state", "used"),
    [
        ("attended", [(-60,)]),
        ("no_show", [(-60,)]),
        ("late_cancel", [(-60,)]),
        ("clinical_duty", []),
        ("coach_cancel", []),
    ],
)
def test_a_mark_says_how_it_went_and_settles_the_hours(
    staff, booking, session, url, later, state, used
):
    later(AFTER)
    page = staff.get(url("session_workspace", session))
    assert url("booking_mark", booking) in page.content.decode()
    answer = staff.post(url("booking_mark", booking), {"state": state, "rev": booking.rev})

    booking.refresh_from_db()
    assert answer.url == url("session_workspace", session)
    assert booking.state == state
    entries = HoursEntry.objects.filter(booking=booking, kind="use")
    assert list(entries.values_list("minutes")) == used


@pytest.mark.parametrize(
    "form", [{"state": "attended", "rev": 7}, {"state": "booked", "rev": 1}, {"rev": 1}, {}]
)
def test_a_mark_that_is_stale_or_no_outcome_changes_nothing(staff, booking, url, later, form):
    later(AFTER)
    answer = staff.post(url("booking_mark", booking), form)

    booking.refresh_from_db()
    assert (answer.status_code, booking.state) == (302, "booked")


def test_a_session_cannot_be_attended_before_it_begins(staff, booking, url):
    staff.post(url("booking_mark", booking), {"state": "attended", "rev": booking.rev})

    booking.refresh_from_db()
    assert booking.state == "booked"


def test_a_mark_is_sent_never_opened(staff, booking, url):
    assert staff.get(url("booking_mark", booking)).status_code == 405


def test_a_canceled_place_asks_for_no_mark(staff, booking, session, url, later):
    """Beside it the clinician may have booked again: only what can be told is asked for."""
    staff.post(url("booking_cancel", booking), {"rev": booking.rev})
    Booking.objects.filter(pk=booking.pk).update(state="cancelled")
    later(AFTER)
    text = staff.get(url("session_workspace", session)).content.decode()

    assert url("booking_mark", booking) not in text


def test_every_control_of_a_group_has_its_own_id(staff, coach, enrollment, url, later):
    first = BookingFactory(
        enrollment=enrollment,
        coaching_session__coach=coach,
        coaching_session__session_type__kind="group",
        coaching_session__session_type__capacity=8,
        coaching_session__capacity=8,
    )
    BookingFactory(coaching_session=first.coaching_session, enrollment__cohort=enrollment.cohort)
    later(NOW + timedelta(days=3, hours=1))
    text = staff.get(url("group_attendance", first.coaching_session)).content.decode()
    ids = [part.split('"')[0] for part in text.split(' id="')[1:]]

    assert text.count('value="no_show"') == 2
    assert sorted(ids) == sorted(set(ids))
