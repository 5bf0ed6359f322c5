"""Quiet hours of a person, of their rota, and what is asked again just before sending."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from notifications.models import DeliveryPreference
from notifications.services import quiet
from notifications.tests.factories import MessageFactory, UserFactory

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
START = datetime(2027, 3, 9, 20, tzinfo=UTC)  # 14:00 in Chicago


@pytest.fixture
def person():
    return UserFactory(time_zone="America/Chicago")


@pytest.fixture
def sources(monkeypatch):
    """Quiet that other apps know of: none but what a test adds."""
    known = []
    monkeypatch.setattr(quiet, "_SOURCES", known)
    return known


def send_at(person, due_at, start=START, channel="sms"):
    return quiet.send_at(
        preference=quiet.preference_of(person), channel=channel, due_at=due_at, start=start
    )


def test_without_a_choice_nine_to_eight_is_quiet_for_sms_and_not_for_mail(person, sources):
    night = datetime(2027, 3, 9, 9, tzinfo=UTC)  # 03:00 in Chicago
    assert send_at(person, night) == datetime(2027, 3, 9, 14, tzinfo=UTC)  # 08:00 CST
    assert send_at(person, night, channel="email") == night
    day = datetime(2027, 3, 9, 14, tzinfo=UTC)
    assert send_at(person, day) == day


def test_mail_keeps_quiet_on_request_and_no_quiet_is_a_choice_too(person, sources):
    night = datetime(2027, 3, 9, 9, tzinfo=UTC)
    DeliveryPreference.objects.create(person=person, quiet_for_mail=True)
    assert send_at(person, night, channel="email") == datetime(2027, 3, 9, 14, tzinfo=UTC)
    DeliveryPreference.objects.update(is_quiet=False)
    assert send_at(person, night) == night


def test_too_close_to_the_start_it_leaves_before_quiet_begins(person, sources):
    start = datetime(2027, 3, 9, 14, 30, tzinfo=UTC)  # 08:30: 08:00 would be too late
    sent = send_at(person, start - HOUR, start=start)
    assert sent == datetime(2027, 3, 9, 2, 54, tzinfo=UTC)  # 20:54 the evening before


def test_sleep_after_a_night_shift_joins_the_night(person, sources):
    asked = []

    def sleep(person_id, lo, hi):
        asked.append((person_id, lo <= START <= hi))
        begins = int(datetime(2027, 3, 9, 13, 30, tzinfo=UTC).timestamp())  # 07:30, a shift's end
        return [(begins, begins + 8 * 3600)]

    sources.append(sleep)
    late = datetime(2027, 3, 10, 2, tzinfo=UTC)  # 20:00, after waking up at 15:30
    assert send_at(person, START - 6 * HOUR, start=late) == datetime(2027, 3, 9, 21, 30, tzinfo=UTC)
    # A session soon after waking: only the evening before is left.
    assert send_at(person, START, start=START + 2 * HOUR) == datetime(2027, 3, 9, 2, 54, tzinfo=UTC)
    assert (person.pk, True) in asked


def test_registering_twice_asks_once(sources):
    def none(person_id, lo, hi):
        return []

    quiet.register_quiet(none)
    quiet.register_quiet(none)
    assert sources == [none]


def test_what_is_about_to_leave_waits_for_the_end_of_quiet(person, sources):
    message = MessageFactory(recipient=person)
    night = datetime(2027, 3, 9, 9, tzinfo=UTC)
    assert quiet.postponed_until(message, night) is None  # mail
    message.channel = "sms"
    assert quiet.postponed_until(message, night) == datetime(2027, 3, 9, 14, tzinfo=UTC)
    assert quiet.postponed_until(message, datetime(2027, 3, 9, 14, tzinfo=UTC)) is None
    message.recipient = None
    message.address = "x@y.example"
    assert quiet.postponed_until(message, night) is None
