from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from notifications.kinds import Owed
from notifications.models import Message
from notifications.tasks import dispatch_due_messages, reconcile_messages
from notifications.tests.factories import MessageFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_three_ticks_send_a_message_once(desk, post):
    MessageFactory(due_at=timezone.now() - timedelta(days=1))

    for _ in range(3):
        dispatch_due_messages()

    assert len(post.taken) == 1


def test_the_hourly_task_owes_what_is_missing(desk):
    person = UserFactory()
    due_at = timezone.now() + timedelta(hours=1)
    desk.expected = [Owed("tests.note", person, person, "1h", due_at, None)]

    reconcile_messages()

    assert Message.objects.get().due_at == due_at
