from __future__ import annotations

from datetime import timedelta

import pytest

from notifications.models import Message
from notifications.services.message_lists import owe_all, purge_closed
from notifications.services.messages import owe
from notifications.tests.factories import NOW, MessageFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_many_are_owed_in_one_query_and_each_once(count_queries):
    people = UserFactory.create_batch(30)
    first = owe(kind="tests.note", subject=people[0], recipient=people[0], due_at=NOW, now=NOW)

    with count_queries() as queries:
        owe_all(kind="tests.note", subjects=[(who, who) for who in people], now=NOW)

    assert len([q for q in queries.captured_queries if "INSERT" in q["sql"]]) == 1
    assert Message.objects.count() == 30
    first.refresh_from_db()
    assert set(Message.objects.values_list("state", "due_at", "next_attempt_at")) == {
        ("pending", NOW, NOW)
    }


def test_rows_that_ended_ninety_days_ago_are_deleted_and_no_other():
    old = NOW - timedelta(days=90, seconds=1)
    for state in ("sent", "failed", "superseded"):
        MessageFactory(state=state, closed_at=old)
    kept = [
        MessageFactory(state="sent", closed_at=NOW - timedelta(days=90)),
        MessageFactory(due_at=old),
    ]

    assert purge_closed(now=NOW) == 3
    assert purge_closed(now=NOW) == 0
    assert list(Message.objects.order_by("pk")) == kept
