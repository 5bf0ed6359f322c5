from __future__ import annotations

from datetime import timedelta

import pytest

from notifications.models import Message, Outbox
from notifications.services.dispatch import dispatch_due
from notifications.services.outbox import (
    begin_pass,
    oldest_due_s,
    pause,
    resume,
    seconds_since_pass,
)
from notifications.tests.factories import NOW, MessageFactory

pytestmark = pytest.mark.django_db


def test_the_first_pass_writes_down_which_database_this_is(desk, post):
    assert begin_pass(now=NOW) is True

    outbox = Outbox.objects.get()
    assert (outbox.is_paused, outbox.database_oid > 0) == (False, True)
    assert begin_pass(now=NOW) is True


@pytest.mark.parametrize("changed", [{"database_oid": 1}, {"system_identifier": "1"}])
def test_a_restored_copy_sends_nothing_until_somebody_resumes(desk, post, changed):
    """The row came with the backup and names another server or another database."""
    dispatch_due(now=NOW)
    Outbox.objects.update(**changed)
    message = MessageFactory()

    assert dispatch_due(now=NOW).is_paused
    assert dispatch_due(now=NOW).is_paused

    outbox = Outbox.objects.get()
    assert (outbox.pause_reason, outbox.paused_at, post.taken) == ("copy", NOW, [])
    assert Message.objects.get().state == "pending"

    resume()
    assert dispatch_due(now=NOW).counts == {"sent": 1}
    assert post.ids == [message.message_id]


def test_a_person_can_hold_all_mail_back(desk, post):
    MessageFactory()
    pause(now=NOW)
    pause(now=NOW + timedelta(hours=1))

    assert dispatch_due(now=NOW).is_paused
    assert (Outbox.objects.get().pause_reason, Outbox.objects.get().paused_at) == ("person", NOW)

    resume()
    assert dispatch_due(now=NOW).counts == {"sent": 1}


def test_the_oldest_due_row_says_whether_mail_flows():
    assert oldest_due_s() == 0
    assert Message.objects.oldest_due_age(NOW) is None
    MessageFactory(due_at=NOW - timedelta(seconds=170))
    MessageFactory(due_at=NOW - timedelta(seconds=30))
    MessageFactory(due_at=NOW + timedelta(seconds=30))
    MessageFactory(due_at=NOW - timedelta(days=1), state="sent")

    assert Message.objects.oldest_due_age(NOW) == timedelta(seconds=170)


def test_the_last_pass_is_told_by_the_database_clock(desk, post):
    assert seconds_since_pass() is None

    dispatch_due()

    assert seconds_since_pass() in (0, 1)
