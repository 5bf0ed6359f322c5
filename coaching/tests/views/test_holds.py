"""Choose, confirm: the pages between a tap on Today and the proof."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from coaching.models import Booking, Hold
from coaching.services.bookings import book
from coaching.services.holds import place_hold
from coaching.tests.views.conftest import NOW, TEN
from notifications.models import Message
from programs.tests.factories import EnrollmentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def create(enrollment, url):
    return url("hold_create", enrollment)


@pytest.fixture
def other(enrollment):
    return EnrollmentFactory(cohort=enrollment.cohort, coach=enrollment.coach)


@pytest.fixture
def kept(enrollment, kind, coach):
    return place_hold(
        actor=enrollment.clinician, enrollment=enrollment, session_type=kind, start=TEN, now=NOW
    )


def take(person, kind, start=TEN, now=NOW):
    return book(
        actor=person.clinician,
        enrollment=person,
        session_type=kind,
        start=start,
        idem_key=uuid4(),
        now=now,
    )


def test_a_tap_keeps_the_time_and_one_more_books_it(clinician, enrollment, coach, create, slot_key):
    answer = clinician.post(create, {"slot": slot_key()})
    hold = Hold.objects.get()
    assert (answer.status_code, answer.url) == (302, hold.get_absolute_url())

    text = clinician.get(hold.get_absolute_url()).content.decode()
    assert "Kept for you until" in text
    assert "01:10" in text  # 06:10 UTC in Chicago
    assert "With Maya Lind" in text
    assert text.count(">Book</button>") == 1

    answer = clinician.post(hold.get_absolute_url(), {"idem_key": uuid4()})
    booking = Booking.objects.get()
    assert (answer.status_code, answer.url) == (302, booking.get_absolute_url())
    assert (booking.state, booking.coaching_session.starts_at) == ("booked", TEN)
    # An old tab leads to what became of it.
    assert clinician.get(hold.get_absolute_url()).url == booking.get_absolute_url()
    assert clinician.post(hold.get_absolute_url(), {"idem_key": uuid4()}).status_code == 302
    assert Booking.objects.count() == 1


def test_a_refused_hold_lands_on_the_picker_with_the_three_nearest(
    clinician, other, kind, create, slot_key, enrollment
):
    take(other, kind)
    answer = clinician.post(create, {"slot": slot_key()})
    assert answer.status_code == 409
    assert "just taken" in answer.content.decode()
    hours = [(slot.starts_at - TEN).total_seconds() / 3600 for slot in answer.context["nearest"]]
    assert hours == [-2, -1.5, 1.5]  # ten minutes are kept free after each
    assert Hold.objects.count() == 0
    # Its links go on in the picker.
    moved_on = clinician.get(f"{create}?day=2027-06-04")
    address = reverse("coaching:session_book", args=[enrollment.public_id])
    assert moved_on.url == f"{address}?day=2027-06-04"


@pytest.mark.parametrize("slot", ["", "x", "a:b", "6f8d9c52-1b1e-4c1c-9f0e-0a5c2e6f7a11:1e400"])
def test_a_broken_slot_is_an_error_on_the_page(clinician, create, slot):
    assert clinician.post(create, {"slot": slot}).status_code == 400


def test_a_lapsed_hold_says_so_and_still_books_what_stayed_free(later, clinician, kept):
    later(NOW + timedelta(minutes=10))
    text = clinician.get(kept.get_absolute_url()).content.decode()
    assert "The ten minutes are over" in text
    assert clinician.post(kept.get_absolute_url(), {"idem_key": uuid4()}).status_code == 302
    assert Booking.objects.count() == 1


def test_a_lapsed_hold_that_was_taken_shows_other_times(later, clinician, kept, other, kind):
    at = NOW + timedelta(minutes=10)
    take(other, kind, now=at)
    later(at)
    answer = clinician.post(kept.get_absolute_url(), {"idem_key": uuid4()})
    assert answer.status_code == 409
    assert len(answer.context["nearest"]) == 3
    assert answer.content.decode().count('name="slot"') == 3


def test_letting_go_leads_back_to_the_picker(clinician, kept, enrollment, other, kind):
    release = reverse("coaching:hold_release", args=[kept.public_id])
    picker = reverse("coaching:session_book", args=[enrollment.public_id])
    assert clinician.post(release).url == picker
    assert take(other, kind).state == "booked"
    assert clinician.get(kept.get_absolute_url()).url == picker


def test_letting_go_of_what_is_booked_leads_to_it(clinician, kept):
    clinician.post(kept.get_absolute_url(), {"idem_key": uuid4()})
    release = reverse("coaching:hold_release", args=[kept.public_id])
    assert clinician.post(release).url == Booking.objects.get().get_absolute_url()
    assert Booking.objects.get().state == "booked"


def test_the_header_is_a_key_too(clinician, kept):
    """Row 10: the same key twice is one booking and one mail to each; another body is 422."""
    page = kept.get_absolute_url()
    key = {"Idempotency-Key": "retry-of-an-app-7"}
    first = clinician.post(page, headers=key)
    assert first.status_code == 302
    assert clinician.post(page, headers=key).url == first.url
    assert Booking.objects.count() == 1
    assert Message.objects.filter(kind="coaching.booking_confirmed").count() == 2


def test_one_key_with_another_body_is_422(clinician, enrollment, url, slot_key):
    page, key = url("session_book", enrollment), {"Idempotency-Key": str(uuid4())}
    first = clinician.post(page, {"slot": slot_key()}, headers=key)
    assert first.status_code == 302
    assert clinician.post(page, {"slot": slot_key()}, headers=key).url == first.url
    assert clinician.post(page, {"slot": slot_key(2)}, headers=key).status_code == 422
    assert Booking.objects.count() == 1
    assert Message.objects.filter(kind="coaching.booking_confirmed").count() == 2


# --- staff book for somebody ------------------------------------------------------------------------


@pytest.fixture
def staff(client, coach):
    client.force_login(coach)
    return client


def test_staff_choose_and_confirm_for_somebody(staff, enrollment, coach, url, slot_key):
    page = url("booking_for", enrollment)
    assert "Book for Ana Silva" in staff.get(page).content.decode()
    hold = Hold.objects.get(public_id=staff.post(page, {"slot": slot_key()}).url.split("/")[2])
    assert (hold.actor, hold.clinician, hold.override) == (coach, enrollment.clinician, "")
    assert "Ana Silva with Maya Lind" in staff.get(hold.get_absolute_url()).content.decode()
    staff.post(hold.get_absolute_url(), {"idem_key": uuid4()})
    booking = Booking.objects.get()
    assert (booking.actor, booking.clinician) == (coach, enrollment.clinician)
    assert booking.events.get().reason == ""
    mail = Message.objects.filter(kind="coaching.booking_confirmed")
    assert {message.recipient for message in mail} == {coach, enrollment.clinician}


def test_staff_set_a_rule_aside_on_purpose_only(staff, enrollment, url):
    page = url("booking_for", enrollment)
    typed = {"day": "2027-06-03", "time": "20:00"}  # UTC: after the coach's hours
    assert staff.post(page, typed).status_code == 409
    hold = Hold.objects.get(
        public_id=staff.post(page, typed | {"override": "on"}).url.split("/")[2]
    )
    assert "In spite of a rule" in staff.get(hold.get_absolute_url()).content.decode()
    staff.post(hold.get_absolute_url(), {"idem_key": uuid4()})
    assert Booking.objects.get().events.get().reason == "override_outside_hours"


@pytest.mark.parametrize(
    "typed",
    [{"day": "2027-06-03"}, {"time": "20:00"}, {}, {"day": "9999-12-31", "time": "23:59"}],
)
def test_half_a_time_is_an_error_on_the_page(staff, enrollment, url, typed):
    assert staff.post(url("booking_for", enrollment), typed).status_code in (200, 400)
    assert Hold.objects.count() == 0


def test_nobody_books_for_themselves_as_staff(client, enrollment, url):
    client.force_login(enrollment.clinician)
    assert client.get(url("booking_for", enrollment)).status_code == 404
