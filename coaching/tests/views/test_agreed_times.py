"""After a country changed its clocks the coach decides which time a session keeps."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from coaching.models import CoachingSession
from coaching.tests.views.conftest import TEN

pytestmark = pytest.mark.django_db


@pytest.fixture
def changed(booking):
    """Agreed on ten o'clock by an older table; the instant shows nine by today's."""
    session = booking.coaching_session
    CoachingSession.objects.filter(pk=session.pk).update(
        wall_start="2027-06-03T11:00", wall_zone="UTC", tzdb_version="2020a"
    )
    session.refresh_from_db()
    return session


@pytest.fixture
def staff(client, coach):
    client.force_login(coach)
    return client


LIST = "coaching:agreed_time_list"


def test_the_calendar_leads_to_what_changed(staff, changed):
    assert reverse(LIST) in staff.get(reverse("coaching:week_calendar")).content.decode()
    page = staff.get(reverse(LIST)).content.decode()

    assert "Agreed: Thu 3 Jun 2027, 11:00. It shows Thu 3 Jun 2027, 10:00 now (UTC)." in page


def test_the_agreed_time_is_a_move_like_any_other(staff, changed, booking, url):
    data = {"time": "agreed", "idem_key": uuid4()}

    answer = staff.post(url("agreed_time_settle", changed), data, follow=True)

    changed.refresh_from_db()
    booking.refresh_from_db()
    assert changed.starts_at == TEN + timedelta(hours=1)
    assert booking.ics_seq == 1
    assert "Every session shows the time that was agreed" in answer.content.decode()


def test_the_shown_time_stays_without_a_mail(staff, changed, booking, url):
    staff.post(url("agreed_time_settle", changed), {"time": "shown", "idem_key": uuid4()})

    changed.refresh_from_db()
    booking.refresh_from_db()
    assert (changed.starts_at, changed.wall_start) == (TEN, "2027-06-03T10:00")
    assert booking.ics_seq == 0


def test_half_an_answer_changes_nothing(staff, changed, url):
    answer = staff.post(url("agreed_time_settle", changed), {"time": "agreed"}, follow=True)

    changed.refresh_from_db()
    assert changed.starts_at == TEN
    assert "Choose one of the two times" in answer.content.decode()
