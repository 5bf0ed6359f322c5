"""Moving and canceling through the pages, by the clinician and by those who act for her."""

from datetime import timedelta
from uuid import uuid4

import pytest

from accounts.tests.factories import MembershipFactory, UserFactory
from coaching.models import Booking, HoursEntry
from coaching.tests.factories import BookingFactory, BookingPolicyFactory, CoachingSessionFactory
from coaching.tests.views.conftest import NOW, TEN

pytestmark = pytest.mark.django_db

INSIDE_NOTICE = TEN - timedelta(hours=5)


@pytest.fixture
def staff(client, coach):
    """A browser in which the coach is signed in."""
    client.force_login(coach)
    return client


def uses(booking):
    return list(HoursEntry.objects.filter(booking=booking, kind="use").values_list("minutes"))


def frame(answer):
    """Which role's navigation the page has."""
    names = {template.name for template in answer.templates}
    return names & {"base_clinician.html", "base_consultant.html", "base_organization.html"}


def field(name):
    return f'name="{name}"'


# --- Moving ---


def test_a_move_keeps_the_booking_and_its_calendar_entry(clinician, booking, url, slot_key):
    uid = booking.ics_uid
    form = {"slot": slot_key(3), "rev": booking.rev, "idem_key": uuid4()}
    first = clinician.post(url("booking_move", booking), form)
    second = clinician.post(url("booking_move", booking), form)

    booking = Booking.objects.select_related("coaching_session").get()
    assert first.url == second.url == booking.get_absolute_url()
    assert booking.coaching_session.starts_at == TEN + timedelta(hours=3)
    assert (booking.ics_uid, booking.ics_seq, booking.move_count) == (uid, 1, 1)


def test_the_time_she_has_counts_as_free_when_moving(clinician, booking, url):
    answer = clinician.get(url("booking_move", booking) + "?day=2027-06-03")
    starts = [slot.starts_at for day in answer.context["page"].chosen for slot in day.slots]

    assert TEN + timedelta(minutes=30) in starts


def test_before_the_notice_moving_is_free_and_nobody_asks_why(clinician, booking, url):
    answer = clinician.get(url("booking_move", booking))

    assert answer.context["terms"].free_until == TEN - timedelta(hours=24)
    assert not answer.context["terms"].is_late
    assert field("on_duty") not in answer.content.decode()


def test_inside_the_notice_the_cost_and_the_way_out_are_on_the_page(clinician, booking, url, later):
    later(INSIDE_NOTICE)
    for name in ("booking_move", "booking_cancel"):
        answer = clinician.get(url(name, booking))
        text = answer.content.decode()

        assert answer.context["terms"].is_late
        assert answer.context["terms"].late_min == 60
        assert answer.context["terms"].duty_min == 0
        assert field("on_duty") in text
        assert "1 h" in text  # what it costs


def test_a_contract_that_forgives_says_no_cost(clinician, enrollment, booking, url, later):
    booking.policy |= {"debit_states": ["attended"]}
    booking.save()
    later(INSIDE_NOTICE)

    assert clinician.get(url("booking_cancel", booking)).context["terms"].late_min == 0


def test_inside_the_notice_only_duty_moves(clinician, booking, url, slot_key, later):
    later(INSIDE_NOTICE)
    form = {"slot": slot_key(24), "rev": booking.rev, "idem_key": uuid4()}
    plain = clinician.post(url("booking_move", booking), form)
    duty = clinician.post(url("booking_move", booking), form | {"on_duty": "on"})

    assert plain.status_code == 409
    assert plain.context["form"].has_error("__all__", code="inside_notice")
    assert duty.status_code == 302
    assert not uses(booking)


def test_a_page_that_is_out_of_date_moves_nothing_and_can_be_confirmed_again(
    clinician, booking, url, slot_key
):
    form = {"slot": slot_key(3), "rev": booking.rev + 1, "idem_key": uuid4()}
    stale = clinician.post(url("booking_move", booking), form)

    assert stale.status_code == 409
    assert stale.context["form"].has_error("__all__", code="stale")
    assert Booking.objects.get().coaching_session.starts_at == TEN
    shown = {name: stale.context["form"][name].value() for name in ("rev", "idem_key", "slot")}
    assert clinician.post(url("booking_move", booking), shown).status_code == 302


def test_after_the_last_move_the_page_offers_no_times(clinician, booking, url):
    booking.move_count = booking.rules.max_moves
    booking.save()
    answer = clinician.get(url("booking_move", booking))

    assert not answer.context["terms"].has_moves_left
    assert field("slot") not in answer.content.decode()


def test_a_taken_time_offers_the_nearest(clinician, booking, url, slot_key, coach):
    CoachingSessionFactory(
        coach=coach,
        starts_at=TEN + timedelta(hours=3),
        session_type__length_min=60,
    )
    form = {"slot": slot_key(3), "rev": booking.rev, "idem_key": uuid4()}
    answer = clinician.post(url("booking_move", booking), form)

    assert answer.status_code == 409
    assert len(answer.context["nearest"]) == 3


def test_a_place_in_a_group_is_not_moved(clinician, enrollment, url):
    group = BookingFactory(
        enrollment=enrollment,
        coaching_session__session_type__kind="group",
        coaching_session__session_type__capacity=8,
        coaching_session__capacity=8,
    )

    assert clinician.get(url("booking_move", group)).status_code == 404
    assert clinician.get(url("booking_cancel", group)).status_code == 200
    page = clinician.get(url("session_detail", group.coaching_session)).content.decode()
    assert url("booking_move", group) not in page


# --- Canceling ---


def test_canceling_in_time_costs_nothing(clinician, booking, url):
    answer = clinician.post(url("booking_cancel", booking), {"rev": booking.rev})

    booking.refresh_from_db()
    assert (answer.status_code, booking.state) == (302, "cancelled")
    assert not uses(booking)


def test_canceling_late_uses_the_hours(clinician, booking, url, later):
    later(INSIDE_NOTICE)
    clinician.post(url("booking_cancel", booking), {"rev": booking.rev})

    booking.refresh_from_db()
    assert booking.state == "late_cancel"
    assert uses(booking) == [(-60,)]


def test_called_to_a_patient_costs_nothing(clinician, booking, url, later):
    later(INSIDE_NOTICE)
    clinician.post(url("booking_cancel", booking), {"rev": booking.rev, "on_duty": "on"})

    booking.refresh_from_db()
    assert booking.state == "clinical_duty"
    assert not uses(booking)


def test_a_stale_page_cancels_nothing(clinician, booking, url):
    answer = clinician.post(url("booking_cancel", booking), {"rev": booking.rev + 1})

    booking.refresh_from_db()
    assert (answer.status_code, booking.state) == (409, "booked")


def test_a_form_without_revision_cancels_nothing(clinician, booking, url):
    answer = clinician.post(url("booking_cancel", booking), {"rev": "x"})

    booking.refresh_from_db()
    assert (answer.status_code, booking.state) == (400, "booked")


@pytest.mark.parametrize("name", ["booking_cancel", "booking_move"])
def test_a_second_tap_leads_to_how_it_stands(clinician, booking, url, name):
    form = {"rev": booking.rev}
    clinician.post(url("booking_cancel", booking), form)
    again = clinician.post(url(name, booking), form)

    assert (again.status_code, again.url) == (302, booking.get_absolute_url())
    assert booking.events.count() == 2


def test_opening_a_page_changes_nothing(clinician, booking, url):
    for name in ("booking_cancel", "booking_move"):
        assert clinician.get(url(name, booking)).status_code == 200
    booking.refresh_from_db()
    assert (booking.state, booking.rev) == ("booked", 1)


# --- Who may, and in which frame ---


def test_the_coach_changes_it_in_the_consultants_frame(staff, booking, url, slot_key, later):
    later(INSIDE_NOTICE)
    page = staff.get(url("booking_move", booking))
    assert frame(page) == {"base_consultant.html"}
    assert not page.context["terms"].is_late  # never a cost, never a question
    form = {"slot": slot_key(24), "rev": booking.rev, "idem_key": uuid4()}

    moved = staff.post(url("booking_move", booking), form, follow=True)

    assert moved.redirect_chain[-1][0] == url("session_workspace", booking.coaching_session)
    booking.refresh_from_db()
    assert (booking.move_count, booking.events.last().actor) == (0, booking.coaching_session.coach)


def test_the_coach_cancels_without_debit_and_stays_among_her_sessions(staff, booking, url, later):
    later(INSIDE_NOTICE)
    assert frame(staff.get(url("booking_cancel", booking))) == {"base_consultant.html"}
    answer = staff.post(url("booking_cancel", booking), {"rev": booking.rev}, follow=True)

    assert answer.redirect_chain[-1][0] == url("session_workspace", booking.coaching_session)
    booking.refresh_from_db()
    assert booking.state == "coach_cancel"
    assert not uses(booking)


def test_her_own_pages_have_the_clinicians_frame(clinician, booking, url):
    for name in ("booking_move", "booking_cancel"):
        assert frame(clinician.get(url(name, booking))) == {"base_clinician.html"}


def test_a_refused_form_keeps_its_frame(staff, booking, url):
    answer = staff.post(url("booking_cancel", booking), {"rev": booking.rev + 1})

    assert (answer.status_code, frame(answer)) == (409, {"base_consultant.html"})


@pytest.mark.parametrize("who", ["peer", "admin", "consultant"])
@pytest.mark.parametrize("name", ["booking_move", "booking_cancel"])
def test_others_do_not_find_it(client, enrollment, booking, url, who, name):
    person = {"consultant": lambda: UserFactory(practice_role="consultant")}.get(who, UserFactory)()
    if who == "admin":
        organization = enrollment.cohort.engagement.organization
        MembershipFactory(user=person, organization=organization, role="admin")
    if who == "peer":
        BookingFactory(enrollment__cohort=enrollment.cohort, enrollment__clinician=person)
    client.force_login(person)

    assert client.get(url(name, booking)).status_code == 404
    assert client.post(url(name, booking), {"rev": booking.rev}).status_code == 404
    booking.refresh_from_db()
    assert booking.state == "booked"


def test_the_terms_are_those_it_was_booked_under(clinician, enrollment, booking, url):
    BookingPolicyFactory(engagement=enrollment.cohort.engagement, cancel_notice_min=60)
    answer = clinician.get(url("booking_cancel", booking))

    assert answer.context["terms"].free_until == TEN - timedelta(hours=24)
    assert answer.context["terms"].free_until > NOW
