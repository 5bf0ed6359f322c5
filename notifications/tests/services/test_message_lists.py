from __future__ import annotations

import pytest

from notifications.models import Message
from notifications.services.message_lists import owe_all
from notifications.services.messages import owe
from notifications.tests.factories import NOW, UserFactory

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
