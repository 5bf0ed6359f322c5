from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from notifications import kinds
from notifications.kinds import Owed, get_kind
from notifications.models import Message
from notifications.services.messages import owe
from notifications.services.outbox import pause
from notifications.services.reconcile import reconcile
from notifications.services.watch import last_repairs
from notifications.tests.factories import NOW, MessageFactory, UserFactory

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


def waiting(person, rule, **fields):
    return MessageFactory(
        kind="tests.note",
        subject_id=person.pk,
        recipient=person,
        rule=rule,
        due_at=NOW + timedelta(hours=1),
        **fields,
    )


def test_a_row_that_its_subject_does_not_expect_is_taken_back(desk, caplog):
    person, other = UserFactory(), UserFactory()
    desk.expected = [expected(person, "1h")]
    surplus, sent, elsewhere = waiting(person, "9h"), waiting(person, "8h"), waiting(other, "9h")
    Message.objects.filter(pk=sent.pk).update(state="sent")

    assert reconcile(now=NOW) == 2  # one missing, one too many
    assert reconcile(now=NOW) == 0

    states = dict(Message.objects.values_list("pk", "state"))
    assert states[surplus.pk] == "superseded"
    assert (states[sent.pk], states[elsewhere.pk]) == ("sent", "pending")
    assert "owed for nothing" in caplog.text


def test_a_row_whose_subject_is_gone_is_taken_back_where_a_batch_can_be_read(desk, monkeypatch):
    """Without `load` it would cost a query a row; those are taken back when they are due."""
    person = UserFactory()
    row = waiting(person, "1h")
    desk.is_current = lambda message: False
    assert reconcile(now=NOW) == 0

    kind = replace(get_kind("tests.note"), load=lambda messages: {})
    monkeypatch.setitem(kinds._KINDS._items, "tests.note", kind)

    assert reconcile(now=NOW) == 1
    row.refresh_from_db()
    assert (row.state, row.closed_at) == ("superseded", NOW)


def test_what_is_owed_anew_while_it_looks_stays(desk):
    """A session that is moved meanwhile: its new rows are expected, or were not there when we read."""
    person = UserFactory()

    def look(now):
        waiting(person, "moved")
        return [expected(person, "1h")]

    desk.expected = [expected(person, "1h")]
    reconcile(now=NOW)
    with pytest.MonkeyPatch.context() as patch:
        kind = replace(get_kind("tests.note"), expected=look)
        patch.setitem(kinds._KINDS._items, "tests.note", kind)
        assert reconcile(now=NOW) == 0

    assert Message.objects.get(rule="moved").state == "pending"


def test_hundreds_of_rows_cost_no_more_queries_than_ten(desk, count_queries):
    counts = []
    for size in (10, 300):
        desk.expected = [expected(person, "1h") for person in UserFactory.create_batch(size)]
        reconcile(now=NOW)
        with count_queries() as queries:
            assert reconcile(now=NOW) == 0
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_it_leaves_its_findings_for_whoever_watches(desk):
    pause(now=NOW)  # makes the row
    assert last_repairs() is None
    desk.expected = [expected(UserFactory(), "1h")]

    reconcile(now=NOW)
    assert last_repairs() == 1
    reconcile(now=NOW)
    assert last_repairs() == 0


def test_a_second_try_is_left_to_the_dispatcher_and_alarms_nobody(desk, caplog):
    """Its sender died while the subject moved on: `current` is asked before it leaves."""
    person = UserFactory()
    desk.expected = [expected(person, "1h")]
    again = waiting(person, "9h", resends=1)

    assert reconcile(now=NOW) == 1  # the missing one

    again.refresh_from_db()
    assert again.state == "pending"
    assert len(caplog.records) == 1
