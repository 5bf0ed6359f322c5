"""Repeat a chosen time: the dates first, then the bookings; and ending what follows."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest

from coaching.models import Booking
from coaching.services.bookings import book
from coaching.tests.views.conftest import NOW, TEN
from programs.tests.factories import EnrollmentFactory

pytestmark = pytest.mark.django_db

WEEKS = [TEN + timedelta(weeks=n) for n in range(4)]


@pytest.fixture
def page(enrollment, url, slot_key, coach):
    return url("series_book", enrollment, query=f"?slot={slot_key()}&every=1&count=4")


@pytest.fixture
def taken(enrollment, kind):
    """The third date is somebody else's."""
    other = EnrollmentFactory(cohort=enrollment.cohort, coach=enrollment.coach)
    return book(
        actor=other.clinician,
        enrollment=other,
        session_type=kind,
        start=WEEKS[2],
        idem_key=uuid4(),
        now=NOW,
    )


def stamps(*starts):
    return [str(int(start.timestamp())) for start in starts]


def send(client, page, starts, mode="best_effort", **fields):
    data = {"start": stamps(*starts), "mode": mode, "idem_key": uuid4()} | fields
    return client.post(page, data)


def test_the_picker_leads_to_the_dates(clinician, enrollment, url, slot_key, coach):
    answer = clinician.post(
        url("session_book", enrollment),
        {"slot": slot_key(), "idem_key": uuid4(), "repeat": "1"},
    )
    assert urlsplit(answer.url).path == url("series_book", enrollment)
    assert parse_qs(urlsplit(answer.url).query)["slot"] == [slot_key()]
    lines = clinician.get(answer.url).context["lines"]
    assert [line["start"] for line in lines] == WEEKS
    assert Booking.objects.count() == 0


def test_a_date_that_is_not_free_names_another_time(clinician, page, taken):
    answer = clinician.get(page)
    third = answer.context["lines"][2]
    assert third["why"] == "That time was just taken."
    assert (third["at"], third["ticked"]) == (WEEKS[2] - timedelta(minutes=90), False)
    text = answer.content.decode()
    assert text.count('name="start"') == 4
    assert text.count(" checked") >= 3


def test_the_ticked_dates_are_booked(clinician, page, taken):
    instead = WEEKS[2] - timedelta(minutes=90)
    answer = send(clinician, page, [WEEKS[0], WEEKS[1], instead])
    booked = Booking.objects.exclude(pk=taken.pk).order_by("pk")
    assert [booking.coaching_session.starts_at for booking in booked] == [
        WEEKS[0],
        WEEKS[1],
        instead,
    ]
    assert len({booking.series_id for booking in booked}) == 1
    assert answer.url == booked[0].get_absolute_url()
    text = clinician.get(answer.url).content.decode()
    assert "3 sessions are booked." in text


def test_what_was_taken_meanwhile_is_said(clinician, page, taken):
    answer = send(clinician, page, WEEKS)
    text = clinician.get(answer.url).content.decode()
    assert "3 sessions are booked." in text
    assert "17 Jun 05:00 was not booked: That time was just taken." in text


def test_all_or_none_shows_the_dates_again(clinician, page, taken):
    answer = send(clinician, page, WEEKS, mode="atomic")
    assert answer.status_code == 409
    assert len(answer.context["outcomes"]) == 4
    assert Booking.objects.exclude(pk=taken.pk).count() == 0


@pytest.mark.parametrize("starts", [[], ["x"], ["99999999999999"], ["1811930400000000000000"]])
def test_other_dates_are_an_error_on_the_page(clinician, page, starts):
    data = {"start": starts, "mode": "atomic", "idem_key": uuid4()}
    assert clinician.post(page, data).status_code == 400


@pytest.mark.parametrize("query", ["", "?slot=x", "?every=0", "?count=1", "?count=27", "?count=a"])
def test_a_broken_question_is_an_error_on_the_page(clinician, enrollment, url, slot_key, query):
    extra = "" if "slot" in query or not query else f"&slot={slot_key()}"
    assert clinician.get(url("series_book", enrollment, query=query + extra)).status_code == 400


def test_staff_repeat_for_somebody(client, coach, page, enrollment):
    client.force_login(coach)
    assert "Ana Silva with Maya Lind" in client.get(page).content.decode()
    send(client, page, WEEKS)
    assert Booking.objects.filter(actor=coach, clinician=enrollment.clinician).count() == 4


def test_canceling_can_take_those_that_follow(clinician, page, url):
    send(clinician, page, WEEKS)
    second = Booking.objects.order_by("pk")[1]
    cancel = url("booking_cancel", second)
    assert "2 later sessions" in clinician.get(cancel).content.decode()
    clinician.post(cancel, {"rev": 1, "following": "on"})
    states = Booking.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["booked", "cancelled", "cancelled", "cancelled"]


def test_canceling_one_leaves_the_others(clinician, page, url):
    send(clinician, page, WEEKS)
    clinician.post(url("booking_cancel", Booking.objects.order_by("pk")[1]), {"rev": 1})
    assert Booking.objects.live().count() == 3
