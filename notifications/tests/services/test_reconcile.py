from __future__ import annotations

from datetime import timedelta

import pytest

from notifications.kinds import Owed
from notifications.models import Message
from notifications.services.messages import owe
from notifications.services.reconcile import reconcile
from notifications.tests.factories import NOW, UserFactory

pytestmark = pytest.mark.django_db


def expected(person, rule):
    return Owed(
        kind="tests.note",
        subject=person,
        recipient=person,
        rule=rule,
        due_at=NOW + timedelta(hours=1),
        not_after=None,
    )


def test_a_missing_message_is_owed_and_told_of(desk, caplog):
    person = UserFactory()
    desk.expected = [expected(person, "24h"), expected(person, "1h")]
    owe(
        kind="tests.note",
        subject=person,
        recipient=person,
        rule="1h",
        due_at=NOW + timedelta(hours=1),
        now=NOW,
    )

    assert reconcile(now=NOW) == 1
    assert reconcile(now=NOW) == 0

    assert sorted(Message.objects.values_list("rule", flat=True)) == ["1h", "24h"]
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_a_message_that_was_taken_back_is_not_owed_again(desk):
    person = UserFactory()
    desk.expected = [expected(person, "1h")]
    reconcile(now=NOW)
    Message.objects.update(state="superseded")

    assert reconcile(now=NOW) == 0
