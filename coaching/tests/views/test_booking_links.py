"""The links in the mails: no sign-in, no content, GET shows and POST acts, each does one thing."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from coaching.models import Booking
from coaching.services.bookings import move
from coaching.tests.views.conftest import NOW, TEN
from core.tokens import SignedLink, read_link, sign_link

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
ACTIONS = ["booking_link_move", "booking_link_cancel"]
PAGES = ["booking_link", *ACTIONS]


def address(name, token):
    return reverse(f"coaching:{name}", args=[token])


@pytest.fixture
def link(enrollment, booking):
    """Addresses of a booking's links as the mail at its revision has them, by name."""
    booking.refresh_from_db()
    assert booking.link_hash
    tokens = {
        "booking_link": booking.link_token,
        "booking_link_move": booking.action_token("booking_move"),
        "booking_link_cancel": booking.action_token("booking_cancel"),
    }
    return lambda name="booking_link": address(name, tokens[name])


@pytest.fixture
def move_form(slot_key):
    return lambda **changes: {"slot": slot_key(3), "rev": 1, "idem_key": str(uuid4())} | changes


def state():
    booking = Booking.objects.get()
    return booking.state, booking.rev, booking.events.count()


@pytest.mark.parametrize("name", PAGES)
def test_it_shows_the_time_in_the_clinicians_zone_without_a_sign_in(client, link, name):
    answer = client.get(link(name))
    text = answer.content.decode()

    assert answer.status_code == 200
    assert "Thu 3 Jun, 05:00 CDT" in text


@pytest.mark.parametrize("name", PAGES)
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


@pytest.mark.parametrize("name", PAGES)
def test_the_address_reaches_no_other_site_and_no_cache(client, link, name):
    answer = client.get(link(name))

    # The origin alone: with "no-referrer" browsers would refuse to post the form.
    assert answer["Referrer-Policy"] == "strict-origin"
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("name", PAGES)
def test_opening_it_changes_nothing(client, booking, link, name):
    for _ in range(3):
        assert client.get(link(name)).status_code == 200
        assert client.head(link(name)).status_code == 200
    assert client.options(link(name)).status_code == 405

    assert state() == ("booked", 1, 1)


def test_the_link_to_look_does_nothing_else(client, booking, link, move_form):
    assert client.post(link(), move_form()).status_code == 405
    assert state() == ("booked", 1, 1)


def test_each_token_is_good_for_one_thing(client, booking, link, move_form):
    mine = {
        "booking_link_move": booking.action_token("booking_move"),
        "booking_link_cancel": booking.action_token("booking_cancel"),
    }
    for name in ACTIONS:
        others = [token for other, token in mine.items() if other != name]
        for token in (*others, booking.link_token):
            assert client.get(address(name, token)).status_code == 404
            assert client.post(address(name, token), move_form()).status_code == 404
    for token in mine.values():
        assert client.get(address("booking_link", token)).status_code == 404
    assert state() == ("booked", 1, 1)


def test_from_the_mail_two_clicks_move(client, booking, link):
    """One opens the page, one presses its one big button, which names the next free time."""
    page = client.get(link("booking_link_move"))
    slot = page.context["slots"][0]
    form = page.context["form"]
    button = '<button class="button" name="slot"'
    assert page.content.decode().count(button) == 1
    assert f'{button} value="{slot.key}"' in page.content.decode()
    answer = client.post(
        link("booking_link_move"),
        {"slot": slot.key, "rev": form["rev"].value(), "idem_key": form["idem_key"].value()},
    )

    booking = Booking.objects.select_related("coaching_session").get()
    assert (answer.status_code, answer.url) == (302, link())  # to look, at the new time
    assert booking.coaching_session.starts_at == slot.starts_at != TEN
    assert booking.events.last().actor == booking.clinician


def test_a_token_is_used_up_by_what_it_did(client, booking, link, move_form, slot_key):
    assert client.post(link("booking_link_move"), move_form()).status_code == 302
    again = client.post(link("booking_link_move"), move_form(slot=slot_key(5), rev=2))
    assert again.status_code == 409
    assert "its link did nothing" in again.content.decode()
    cancel = client.post(link("booking_link_cancel"), {"rev": 2})
    assert cancel.status_code == 409
    assert state()[:2] == ("booked", 2)


def test_after_somebody_moved_it_the_old_mail_says_how_it_stands(client, booking, link, enrollment):
    moved = move(
        actor=enrollment.coach,
        booking=booking,
        start=TEN + 3 * HOUR,
        expected_rev=1,
        idem_key=uuid4(),
        now=NOW,
    )
    for name in ACTIONS:
        answer = client.get(link(name))
        text = answer.content.decode()
        assert answer.status_code == 200
        assert "Thu 3 Jun, 08:00 CDT" in text
        for onward in ("booking_move", "booking_cancel"):
            assert moved.action_token(onward) not in text  # an old link opens nothing new


def test_the_times_offered_are_few_and_apart(client, link):
    starts = [slot.starts_at for slot in client.get(link("booking_link_move")).context["slots"]]

    assert 1 < len(starts) <= 6
    assert TEN not in starts
    gaps = [later - earlier for earlier, later in zip(starts, starts[1:], strict=False)]
    assert min(gaps) >= timedelta(hours=4)


@pytest.mark.parametrize("change", [{"slot": "x"}, {"rev": ""}, {"idem_key": "x"}])
def test_an_ill_formed_post_moves_nothing(client, booking, link, move_form, change):
    assert client.post(link("booking_link_move"), move_form(**change)).status_code == 400
    assert state() == ("booked", 1, 1)


def test_a_stale_page_moves_nothing(client, link, move_form):
    answer = client.post(link("booking_link_move"), move_form(rev=9))

    assert answer.status_code == 409
    assert state() == ("booked", 1, 1)


def test_inside_the_notice_it_asks_for_the_reason(client, link, move_form, slot_key, clock):
    clock.move_to(TEN - 3 * HOUR)
    form = move_form(slot=slot_key(24))

    assert 'name="on_duty"' in client.get(link("booking_link_move")).content.decode()
    assert client.post(link("booking_link_move"), form).status_code == 409
    assert client.post(link("booking_link_move"), form | {"on_duty": "on"}).status_code == 302


def test_two_clicks_cancel_and_a_second_tap_sees_the_same(client, booking, link):
    page = link("booking_link_cancel")
    first, second = client.post(page, {"rev": 1}), client.post(page, {"rev": 1})

    assert (first.status_code, second.status_code) == (200, 200)
    for answer in (first, second, *(client.get(link(name)) for name in PAGES)):
        assert "coaching/_booking_canceled_page.html" in [t.name for t in answer.templates]
    assert state() == ("cancelled", 2, 2)


def test_late_canceling_by_link_says_duty(client, booking, link, clock):
    clock.move_to(TEN - 3 * HOUR)
    client.post(link("booking_link_cancel"), {"rev": 1, "on_duty": "on"})
    assert state()[0] == "clinical_duty"


def test_called_to_a_patient_may_be_said_until_two_days_after(client, booking, link, clock):
    clock.move_to(TEN + 47 * HOUR)
    assert client.post(link("booking_link_cancel"), {"rev": 1}).status_code == 409
    answer = client.post(link("booking_link_cancel"), {"rev": 1, "on_duty": "on"})
    assert answer.status_code == 200
    assert state()[0] == "clinical_duty"


def test_a_stale_page_cancels_nothing(client, booking, link):
    assert client.post(link("booking_link_cancel"), {"rev": 9}).status_code == 409
    assert client.post(link("booking_link_cancel"), {}).status_code == 400
    assert state()[0] == "booked"


@pytest.mark.parametrize(
    ("name", "end", "status"),
    [
        ("booking_link", TEN, 404),
        ("booking_link_move", TEN, 410),
        ("booking_link_cancel", TEN + 48 * HOUR, 410),
    ],
)
def test_each_ends(client, booking, link, clock, name, end, status):
    clock.move_to(end - timedelta(seconds=1))
    assert client.get(link(name)).status_code == 200
    clock.move_to(end)
    assert client.get(link(name)).status_code == status
    if status == 410:
        assert client.post(link(name), {"rev": 1, "on_duty": "on"}).status_code == 410
    assert state() == ("booked", 1, 1)


@pytest.mark.parametrize("name", ACTIONS)
def test_a_token_cannot_be_made_or_bent(client, booking, name):
    purpose = name.replace("_link", "")
    token = booking.action_token(purpose)
    made = read_link(token, purpose=purpose)
    longer = sign_link(purpose="other", link=made._replace(expires=made.expires + 9))
    for wrong in (longer, token[:-1], f"{token}AAAA", "x", "é" * 80, f"A{token[1:-1]}B"):
        assert read_link(wrong, purpose=purpose) is None
        assert client.get(address(name, wrong)).status_code == 404
    stranger = sign_link(purpose=purpose, link=SignedLink(uuid4(), 1, made.expires))
    assert client.get(address(name, stranger)).status_code == 404


def test_somebody_else_who_is_signed_in_sees_the_clinicians_zone(client, link, coach):
    coach.time_zone = "Asia/Tokyo"
    coach.save()
    client.force_login(coach)

    assert "Thu 3 Jun, 05:00 CDT" in client.get(link()).content.decode()


@pytest.mark.parametrize("name", PAGES)
def test_no_page_hands_out_another_link(client, booking, link, name):
    text = client.get(link(name)).content.decode()

    for other in PAGES:
        assert other == name or link(other) not in text
