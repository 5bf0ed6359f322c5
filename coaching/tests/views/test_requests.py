"""A coach answers who asked for a session; what happened to it stands on its page."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from coaching.models import Booking
from coaching.services.bookings import book
from coaching.tests.views.conftest import NOW, TEN

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(enrollment, kind):
    kind.needs_approval = True
    kind.save()
    return book(
        actor=enrollment.clinician,
        enrollment=enrollment,
        session_type=kind,
        start=TEN,
        idem_key=uuid4(),
        now=NOW,
    )


@pytest.fixture
def staff(client, enrollment):
    client.force_login(enrollment.coach)
    return client


def test_today_names_who_asks_and_the_page_answers(staff, asked, url):
    today = staff.get("/practice/").content.decode()
    assert "Ana Silva asks for a session" in today
    page = staff.get(url("session_workspace", asked.coaching_session)).content.decode()
    assert "counts as declined on Wed 2 Jun" in page

    answer = staff.post(url("booking_answer", asked), {"answer": "accept", "rev": 1}, follow=True)

    asked.refresh_from_db()
    assert asked.state == Booking.State.BOOKED
    assert "Accepted" in answer.content.decode()
    assert "asks for a session" not in staff.get("/practice/").content.decode()


def test_declining_frees_the_time(staff, asked, url):
    staff.post(url("booking_answer", asked), {"answer": "decline", "rev": 1})

    asked.refresh_from_db()
    assert asked.state == Booking.State.DECLINED


@pytest.mark.parametrize("data", [{}, {"answer": "perhaps", "rev": 1}, {"answer": "accept"}])
def test_half_an_answer_changes_nothing(staff, asked, url, data):
    answer = staff.post(url("booking_answer", asked), data, follow=True)

    asked.refresh_from_db()
    assert asked.state == Booking.State.REQUESTED
    assert "Choose to accept or to decline" in answer.content.decode()


def test_an_answer_to_an_older_state_is_refused(staff, asked, url):
    staff.post(url("booking_answer", asked), {"answer": "decline", "rev": 1})

    answer = staff.post(url("booking_answer", asked), {"answer": "accept", "rev": 1}, follow=True)

    asked.refresh_from_db()
    assert asked.state == Booking.State.DECLINED
    assert "changed meanwhile" in answer.content.decode()


def test_her_own_request_is_not_hers_to_answer(clinician, asked, url):
    answer = clinician.post(url("booking_answer", asked), {"answer": "accept", "rev": 1})

    assert answer.status_code == 404


def test_the_history_is_told_in_words(staff, asked, url, later):
    staff.post(url("booking_answer", asked), {"answer": "accept", "rev": 1})
    later(TEN + timedelta(hours=2))
    staff.post(url("booking_mark", asked), {"state": "attended", "rev": 2})

    page = staff.get(url("session_workspace", asked.coaching_session)).content.decode()

    told = page[page.index("<summary>History") :]
    for words in ("Marked: took place", "Accepted", "Asked for"):
        assert words in told
    assert told.index("Marked: took place") < told.index("Accepted") < told.index("Asked for")
