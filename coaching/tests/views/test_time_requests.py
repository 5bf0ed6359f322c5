"""The page that asks for other times, and the coach's list."""

from __future__ import annotations

import pytest
from django.urls import reverse

from coaching.models import TimeRequest

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(enrollment):
    return reverse("coaching:time_request_create", args=[enrollment.public_id])


def test_ticks_are_shown_on_the_page_of_times_and_can_be_taken_back(
    clinician, client, enrollment, address
):
    answer = client.post(address, {"weekdays": ["1", "3"], "parts": ["evening"]}, follow=True)

    assert "You asked for other times" in answer.content.decode()
    assert "Tuesday, Thursday" in answer.content.decode()
    asked = TimeRequest.objects.get()
    back = client.post(reverse("coaching:time_request_close", args=[asked.public_id]), follow=True)
    assert "You asked for other times" not in back.content.decode()
    assert "Ask for another time" in back.content.decode()


def test_nothing_ticked_is_said_and_keeps_what_was(clinician, client, address):
    answer = client.post(address, {"weekdays": ["1"]})

    assert answer.status_code == 400
    assert "Choose at least one time of day." in answer.content.decode()
    assert 'value="1" ' in answer.content.decode()
    assert not TimeRequest.objects.exists()


def test_the_coach_sees_who_asks_and_is_done_with_it(clinician, client, enrollment, address):
    client.post(address, {"weekdays": ["1"], "parts": ["night"]})
    client.force_login(enrollment.coach)

    page = client.get(reverse("coaching:time_request_list")).content.decode()
    assert "Ana Silva" in page
    assert "after 21:00" in page
    assert "America/Chicago" in page

    asked = TimeRequest.objects.get()
    done = client.post(reverse("coaching:time_request_close", args=[asked.public_id]), follow=True)
    assert "Ana Silva" not in done.content.decode()


def test_today_says_that_somebody_asks(clinician, client, enrollment, address):
    client.post(address, {"weekdays": ["1"], "parts": ["night"]})
    client.force_login(enrollment.coach)

    assert "1 person asked for another time" in client.get("/practice/").content.decode()
