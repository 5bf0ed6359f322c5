"""A clinician and a group, on the site and from the mail."""

from datetime import timedelta

import pytest
from django.db import transaction

from coaching.models import Booking, WaitlistEntry
from coaching.services.bookings import book, cancel
from coaching.services.group_sessions import schedule_group
from coaching.services.waitlist import join_waitlist, pass_on_due_offers
from coaching.tests.factories import SessionTypeFactory
from coaching.tests.views.conftest import NOW, TEN
from notifications.kinds import get_kind
from notifications.models import Message
from programs.tests.factories import EnrollmentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(enrollment, coach):
    """One place on Thursday at 10:00 UTC, 05:00 in Chicago."""
    return schedule_group(
        actor=coach,
        cohort=enrollment.cohort,
        session_type=SessionTypeFactory(kind="group", capacity=1, name="Evening circle"),
        coach=coach,
        start=TEN,
        location="Room 12",
        now=NOW,
    )


@pytest.fixture
def other_person(enrollment):
    return EnrollmentFactory(cohort=enrollment.cohort, clinician__name="Bea Moreau")


@pytest.fixture
def taken(group, other_person):
    """The one place is somebody else's."""
    return book(
        actor=other_person.clinician,
        enrollment=other_person,
        session=group,
        idem_key=group.public_id,
        now=NOW,
    )


@pytest.fixture
def press(client, url, group):
    """Open the page and press one of its buttons."""

    def send(action, session=group):
        page = client.get(url("group_session", session))
        key = page.context["form"]["idem_key"].value()
        return client.post(url("group_session", session), {"action": action, "idem_key": key})

    return send


def test_book_lists_the_groups_of_the_cohort(clinician, enrollment, group, url):
    page = clinician.get(url("session_book", enrollment)).content.decode()
    assert "Evening circle" in page
    assert "1 place left" in page
    assert url("group_session", group) in page


def test_join_takes_the_place_and_tells_where(clinician, group, press, url):
    answer = press("join")
    assert answer.status_code == 302
    page = clinician.get(answer.url).content.decode()
    assert "You have a place" in page
    assert "Room 12" in page


def test_nobody_sees_who_else_comes_unless_the_group_shows_it(
    clinician, enrollment, group, taken, url
):
    group.refresh_from_db()
    group.capacity, group.shows_roster = 2, False
    group.save()
    book(
        actor=enrollment.clinician,
        enrollment=enrollment,
        session=group,
        idem_key=enrollment.public_id,
        now=NOW,
    )
    page = clinician.get(url("group_session", group))
    assert "Bea Moreau" not in page.content.decode()
    group.refresh_from_db()
    group.shows_roster = True
    group.save()
    assert "Bea Moreau" in clinician.get(url("group_session", group)).content.decode()


def test_a_full_group_stays_visible_with_its_waitlist(clinician, enrollment, group, taken, url):
    assert "Full: waitlist" in clinician.get(url("session_book", enrollment)).content.decode()
    assert "Join the waitlist" in clinician.get(url("group_session", group)).content.decode()


def test_who_is_too_late_for_the_last_place_is_offered_the_waitlist(
    clinician, group, other_person, url
):
    page = clinician.get(url("group_session", group))
    key = page.context["form"]["idem_key"].value()
    book(
        actor=other_person.clinician,
        enrollment=other_person,
        session=group,
        idem_key=other_person.public_id,
        now=NOW,
    )
    answer = clinician.post(url("group_session", group), {"action": "join", "idem_key": key})
    assert answer.status_code == 409
    assert "Join the waitlist" in answer.content.decode()


def test_wait_stop_and_wait_again(clinician, enrollment, group, taken, press):
    press("wait")
    press("stop")
    press("wait")
    states = WaitlistEntry.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["left", "waiting"]


@pytest.fixture
def offer(enrollment, group, taken):
    """A place that came free is kept for her."""
    entry = join_waitlist(actor=enrollment.clinician, enrollment=enrollment, session=group, now=NOW)
    cancel(actor=taken.clinician, booking=taken, expected_rev=None, now=NOW)
    entry.refresh_from_db()
    return entry


def test_accept_and_decline_on_the_page(clinician, group, offer, press, url):
    page = clinician.get(url("group_session", group)).content.decode()
    assert "A place is kept for you until" in page
    press("accept")
    offer.refresh_from_db()
    assert offer.booking.state == "booked"


def test_the_coach_sees_an_offered_place_apart_from_one_that_is_taken(client, group, offer, url):
    client.force_login(group.coach)
    page = client.get(url("session_workspace", group)).content.decode()
    assert "0 of 1 places taken" in page
    assert "1 offered" in page


def test_the_mail_says_until_when_and_names_nothing_else(offer, enrollment):
    message = Message.objects.get(kind="coaching.place_offered")
    mail = get_kind("coaching.place_offered").render(message)
    # 06:00 UTC + 4 h is 10:00 UTC; quiet until 08:00 in Chicago, which is 13:00 UTC.
    assert mail.subject == "A place is free until Tue 08:00"
    assert f"/offers/{offer.link_token}/" in mail.text
    assert f"/offers/{offer.link_token}/" in mail.html
    assert mail.calendar is None
    for secret in ("Evening circle", "Northfield", "Bea Moreau"):
        assert secret not in mail.subject + mail.text + mail.html


def test_opening_the_link_changes_nothing_and_one_button_takes_the_place(client, offer, url):
    address = f"/offers/{offer.link_token}/"
    for method in (client.get, client.head, client.options):
        method(address)
    offer.refresh_from_db()
    assert offer.state == "offered"
    page = client.get(address)
    assert "Tue 1 Jun" in page.content.decode()
    assert page.headers["Cache-Control"] == "no-store, private"
    key = page.context["form"]["idem_key"].value()
    answer = client.post(address, {"answer": "accept", "idem_key": key}, follow=True)
    assert "The place is yours" in answer.content.decode()
    assert Booking.objects.live().count() == 1
    again = client.post(address, {"answer": "accept", "idem_key": key}, follow=True)
    assert "The place is yours" in again.content.decode()
    assert Booking.objects.live().count() == 1


def test_the_link_passes_the_place_on(client, offer):
    address = f"/offers/{offer.link_token}/"
    key = client.get(address).context["form"]["idem_key"].value()
    answer = client.post(address, {"answer": "decline", "idem_key": key}, follow=True)
    assert "This place went on" in answer.content.decode()
    offer.refresh_from_db()
    assert offer.state == "declined"


def test_a_link_that_is_too_late_says_so(client, offer, clock):
    clock.move_to(offer.offer_expires_at)
    address = f"/offers/{offer.link_token}/"
    assert "This place went on" in client.get(address).content.decode()
    answer = client.post(address, {"answer": "accept", "idem_key": str(offer.public_id)})
    assert answer.status_code == 409
    assert pass_on_due_offers(now=offer.offer_expires_at) == 1
    assert client.get("/offers/no-such-token/").status_code == 404


def test_a_clinician_changes_groups_in_one_step(clinician, enrollment, group, coach, press):
    press("join")
    second = schedule_group(
        actor=coach,
        cohort=enrollment.cohort,
        session_type=SessionTypeFactory(kind="group", capacity=1),
        coach=coach,
        start=TEN + timedelta(days=1),
        now=NOW,
    )
    press("change", second)
    live = Booking.objects.live().get()
    assert live.coaching_session == second
    group.refresh_from_db()
    assert group.taken == 0


def test_a_change_into_a_full_group_leaves_the_old_place(
    clinician, enrollment, group, coach, other_person, press
):
    press("join")
    second = schedule_group(
        actor=coach,
        cohort=enrollment.cohort,
        session_type=SessionTypeFactory(kind="group", capacity=1),
        coach=coach,
        start=TEN + timedelta(days=1),
        now=NOW,
    )
    with transaction.atomic():
        second.taken = 1
        second.save()
    assert press("change", second).status_code == 409
    assert Booking.objects.live().get(clinician=enrollment.clinician).coaching_session == group


def test_another_cohorts_group_is_not_there(clinician, url, coach):
    foreign = schedule_group(
        actor=coach,
        cohort=EnrollmentFactory().cohort,
        session_type=SessionTypeFactory(kind="group", capacity=1),
        coach=coach,
        start=TEN + timedelta(days=2),
        now=NOW,
    )
    assert clinician.get(url("group_session", foreign)).status_code == 404
