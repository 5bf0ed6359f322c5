"""The link in the mails: no sign-in, no content, GET shows and POST acts."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from coaching.models import Booking
from coaching.tests.views.conftest import NOW, TEN

pytestmark = pytest.mark.django_db


@pytest.fixture
def link(enrollment, booking):
    """Addresses of a booking's link, by name."""
    booking.refresh_from_db()
    assert booking.link_hash
    return lambda name="booking_link": reverse(f"coaching:{name}", args=[booking.link_token])


def test_it_shows_the_time_in_the_clinicians_zone_without_a_sign_in(client, link):
    answer = client.get(link())
    text = answer.content.decode()

    assert answer.status_code == 200
    assert "Thu 3 Jun, 05:00 CDT" in text
    assert "Chicago" in text


@pytest.mark.parametrize("name", ["booking_link", "booking_link_cancel"])
def test_it_names_no_program_employer_or_clinician(client, enrollment, booking, link, name):
    text = client.get(link(name)).content.decode()

    for private in (
        enrollment.clinician.name,
        enrollment.clinician.email,
        enrollment.cohort.engagement.organization.name,
        enrollment.cohort.name,
        enrollment.cohort.version.program.title,
        str(enrollment.public_id),
        str(booking.public_id),
    ):
        assert private not in text


@pytest.mark.parametrize("name", ["booking_link", "booking_link_cancel"])
def test_the_address_reaches_no_other_site_and_no_cache(client, link, name):
    answer = client.get(link(name))

    # The origin alone: with "no-referrer" browsers would refuse to post the form.
    assert answer["Referrer-Policy"] == "strict-origin"
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("name", ["booking_link", "booking_link_cancel"])
def test_opening_it_changes_nothing(client, booking, link, name):
    for _ in range(3):
        assert client.get(link(name)).status_code == 200
        assert client.head(link(name)).status_code in (200, 405)

    booking.refresh_from_db()
    assert (booking.state, booking.rev, booking.events.count()) == ("booked", 1, 1)


def test_one_tap_moves(client, booking, link):
    page = client.get(link())
    slot = page.context["slots"][0]
    form = page.context["form"]
    answer = client.post(
        link(),
        {"slot": slot.key, "rev": form["rev"].value(), "idem_key": form["idem_key"].value()},
    )

    booking = Booking.objects.select_related("coaching_session").get()
    assert (answer.status_code, answer.url) == (302, link())  # the same link goes on working
    assert booking.coaching_session.starts_at == slot.starts_at != TEN
    assert booking.events.last().actor == booking.clinician


def test_the_times_offered_are_few_and_apart(client, link):
    starts = [slot.starts_at for slot in client.get(link()).context["slots"]]

    assert 1 < len(starts) <= 6
    assert TEN not in starts
    gaps = [later - earlier for earlier, later in zip(starts, starts[1:], strict=False)]
    assert min(gaps) >= timedelta(hours=4)


@pytest.mark.parametrize("change", [{"slot": "x"}, {"rev": ""}, {"idem_key": "x"}])
def test_an_ill_formed_post_moves_nothing(client, booking, link, slot_key, change):
    form = {"slot": slot_key(3), "rev": 1, "idem_key": str(uuid4())} | change

    assert client.post(link(), form).status_code == 400
    assert Booking.objects.get().rev == 1


def test_a_stale_page_moves_nothing(client, link, slot_key):
    answer = client.post(link(), {"slot": slot_key(3), "rev": 9, "idem_key": uuid4()})

    assert answer.status_code == 409
    assert Booking.objects.get().rev == 1
    assert answer.context["form"]["rev"].value() == "1"


def test_inside_the_notice_it_asks_for_the_reason(client, link, slot_key, clock):
    clock.move_to(TEN - timedelta(hours=3))
    form = {"slot": slot_key(24), "rev": 1, "idem_key": str(uuid4())}

    assert 'name="on_duty"' in client.get(link()).content.decode()
    assert client.post(link(), form).status_code == 409
    assert client.post(link(), form | {"on_duty": "on"}).status_code == 302


def test_it_cancels_on_post_and_a_second_tap_sees_the_same(client, booking, link):
    page = link("booking_link_cancel")
    first, second = client.post(page, {"rev": 1}), client.post(page, {"rev": 1})

    booking.refresh_from_db()
    assert booking.state == "cancelled"
    assert (first.status_code, second.status_code) == (200, 200)
    for answer in (first, second, client.get(link())):
        assert "coaching/_booking_canceled_page.html" in [t.name for t in answer.templates]
    assert booking.events.count() == 2


def test_late_canceling_by_link_says_duty(client, booking, link, clock):
    clock.move_to(TEN - timedelta(hours=3))
    client.post(link("booking_link_cancel"), {"rev": 1, "on_duty": "on"})

    booking.refresh_from_db()
    assert booking.state == "clinical_duty"


def test_a_stale_page_cancels_nothing(client, booking, link):
    assert client.post(link("booking_link_cancel"), {"rev": 9}).status_code == 409
    assert client.post(link("booking_link_cancel"), {}).status_code in (200, 400)

    booking.refresh_from_db()
    assert booking.state == "booked"


@pytest.mark.parametrize("name", ["booking_link", "booking_link_cancel"])
def test_an_unknown_link_and_one_of_the_past_do_not_exist(client, booking, link, name, clock):
    unknown = reverse(f"coaching:{name}", args=[booking.link_token[:-1] + "!"])
    assert client.get(unknown).status_code == 404
    assert client.post(unknown, {"rev": 1}).status_code == 404

    clock.move_to(TEN)
    assert client.get(link(name)).status_code == 404
    assert client.post(link(name), {"rev": 1}).status_code == 404


def test_somebody_else_who_is_signed_in_sees_the_clinicians_zone(client, link, coach):
    coach.time_zone = "Asia/Tokyo"
    coach.save()
    client.force_login(coach)

    assert "Thu 3 Jun, 05:00 CDT" in client.get(link()).content.decode()
    assert NOW < TEN
