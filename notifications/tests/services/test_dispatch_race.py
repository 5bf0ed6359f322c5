"""Two dispatchers at once, on real PostgreSQL and a real mail server. Its twin has no lock."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connections

from notifications.models import Message
from notifications.services import dispatch, marks
from notifications.services.dispatch import dispatch_due
from notifications.tests.factories import NOW, MessageFactory

pytestmark = pytest.mark.django_db(transaction=True)
MESSAGES = 40


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
    both_have_looked, seen = threading.Barrier(2), threading.local()
    token = uuid4()

    def claim_without_lock(
        *, channel: str, limit: int, now: datetime, is_suspect: bool
    ) -> list[Message]:
        rows = list(
            Message.objects.due(now)
            .filter(channel=channel)
            .exclude(last_error_code="sender_died" if not is_suspect else "")
            .order_by("pk")[:limit]
        )
        if not getattr(seen, "first", False):
            seen.first = True
            both_have_looked.wait(timeout=30)
        lease = {"lease_token": token, "lease_until": now + timedelta(minutes=2)}
        Message.objects.filter(pk__in=[row.pk for row in rows]).update(state="claimed", **lease)
        for row in rows:
            row.lease_token = token
        return rows

    def mark_without_token(message: Message, **_: object) -> tuple[str, bool]:
        Message.objects.filter(pk=message.pk).update(
            state="sent", lease_token=None, lease_until=None
        )
        return "sent", True

    monkeypatch.setattr(dispatch, "claim_due", claim_without_lock)
    monkeypatch.setattr(marks, "begin", lambda message, *, now: True)
    monkeypatch.setattr(marks, "mark_sent", mark_without_token)
    MessageFactory.create_batch(MESSAGES)

    dispatch_twice_at_once()

    assert max(Counter(post.ids).values(), default=0) > 1
