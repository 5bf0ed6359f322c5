"""A text message whose quiet hours outlast it goes as a mail; a mail beside it is enough."""

from __future__ import annotations

from datetime import timedelta

import pytest

from notifications.models import Message
from notifications.services.dispatch import claim_due
from notifications.services.marks import mark, put_off
from notifications.tests.factories import NOW, MessageFactory, UserFactory

pytestmark = pytest.mark.django_db

SOON, LATE = NOW + timedelta(minutes=20), NOW + timedelta(hours=8)


def claimed(channel: str, **fields):
    message = MessageFactory(
        channel=channel, not_after=NOW + timedelta(minutes=30), state="pending", **fields
    )
    (row,) = claim_due(limit=1, now=NOW, channel=channel)
    assert row.pk == message.pk
    return row


def put(message, until):
    mark(message, now=NOW, **put_off(message, until))
    message.refresh_from_db()
    return message


def test_quiet_that_ends_in_time_is_waited_for():
    message = put(claimed("sms"), SOON)

    assert (message.state, message.channel, message.next_attempt_at) == ("pending", "sms", SOON)
    assert message.attempts == 0


def test_quiet_that_ends_too_late_makes_a_mail_of_it():
    message = put(claimed("sms"), LATE)

    assert (message.state, message.channel, message.attempts) == ("pending", "email", 0)
    assert [row.pk for row in claim_due(limit=5, now=NOW, channel="email")] == [message.pk]


def test_where_a_mail_is_owed_beside_it_nothing_more_is_sent():
    person = UserFactory()
    text = claimed("sms", recipient=person, dedupe_key="note:1:1:7:1h:sms")
    MessageFactory(recipient=person, dedupe_key="note:1:1:7:1h:email", due_at=NOW)

    assert put(text, LATE).state == "missed"
    assert Message.objects.pending().count() == 1


def test_a_mail_that_would_come_too_late_is_missed():
    assert put(claimed("email"), LATE).state == "missed"
