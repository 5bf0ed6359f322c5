"""Two dispatchers at once, on real PostgreSQL and a real mail server. Its twin has no lock."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import datetime

import pytest
from django.db import connections

from notifications.models import Message
from notifications.services import deliveries, dispatch
from notifications.services.dispatch import dispatch_due
from notifications.tests.factories import NOW, MessageFactory

pytestmark = pytest.mark.django_db(transaction=True)
MESSAGES = 40

_CLAIM_WITHOUT_LOCK = """
WITH due AS (
  SELECT id FROM notifications_message
  WHERE state IN ('pending', 'claimed', 'sending') AND next_attempt_at <= %(now)s
  ORDER BY next_attempt_at, id LIMIT %(limit)s)
UPDATE notifications_message AS message
SET state = 'claimed', attempts = attempts + 1, lease_token = %(token)s, lease_until = %(until)s
FROM due WHERE message.id = due.id RETURNING message.id
"""


def dispatch_twice_at_once() -> None:
    barrier = threading.Barrier(2)

    def work() -> None:
        try:
            barrier.wait(timeout=30)
            dispatch_due(now=NOW)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)


def test_two_dispatchers_send_each_message_once(desk, post):
    post.pause_s = 0.005
    MessageFactory.create_batch(MESSAGES)

    dispatch_twice_at_once()

    assert Counter(post.ids) == Counter(Message.objects.values_list("message_id", flat=True))
    assert set(Message.objects.values_list("state", "attempts")) == {("sent", 1)}


def test_without_lock_and_lease_they_send_some_twice(desk, post, monkeypatch):
    """The twin: it shows that nothing but lock and lease keeps two senders apart."""
    both_have_claimed, seen = threading.Barrier(2), threading.local()

    def begin_without_asking(message: Message, *, now: datetime) -> bool:
        if not getattr(seen, "first", False):
            seen.first = True
            both_have_claimed.wait(timeout=30)
        return True

    monkeypatch.setattr(dispatch, "_CLAIM", _CLAIM_WITHOUT_LOCK)
    monkeypatch.setattr(deliveries, "_begin", begin_without_asking)
    MessageFactory.create_batch(MESSAGES)

    dispatch_twice_at_once()

    assert max(Counter(post.ids).values()) > 1
