"""A pass: whom it claims, when it ends, what it does with rows of senders that died."""

from __future__ import annotations

import itertools
from datetime import timedelta
from uuid import uuid4

import pytest

from notifications.models import Message, Outbox
from notifications.services.dispatch import claim_due, dispatch_due, give_back, take_back_lapsed
from notifications.tests.factories import NOW, MessageFactory
from notifications.tests.smtp import DROP

pytestmark = pytest.mark.django_db


def in_hand(state: str, *, since_s: int, **fields) -> Message:
    """A row whose lease ran out `since_s` seconds before NOW."""
    return MessageFactory(
        state=state,
        lease_token=uuid4(),
        lease_until=NOW - timedelta(seconds=since_s),
        **({"attempts": 1} | fields),
    )


def test_a_claim_takes_the_longest_due_first_under_one_lease():
    rows = [MessageFactory(due_at=NOW - timedelta(minutes=age)) for age in (1, 3, 2)]
    MessageFactory(due_at=NOW + timedelta(minutes=1))

    claimed = claim_due(limit=2, now=NOW)

    assert [row.pk for row in claimed] == [rows[1].pk, rows[2].pk]
    assert {(row.state, row.attempts, row.lease_until) for row in claimed} == {
        ("claimed", 1, NOW + timedelta(seconds=120))
    }
    assert len({row.lease_token for row in claimed}) == 1
    assert [row.pk for row in claim_due(limit=5, now=NOW)] == [rows[0].pk]


def test_what_was_claimed_and_not_begun_goes_back_without_an_attempt():
    MessageFactory(attempts=2)
    claimed = claim_due(limit=5, now=NOW)

    give_back(claimed)

    row = Message.objects.get()
    assert (row.state, row.attempts, row.lease_token, row.next_attempt_at) == (
        "pending",
        2,
        None,
        NOW,
    )


@pytest.mark.parametrize("state", ["claimed", "sending"])
def test_a_lease_that_still_holds_is_left_alone(desk, state):
    row = in_hand(state, since_s=0)

    take_back_lapsed(now=NOW)

    row.refresh_from_db()
    assert row.state == state


def test_a_row_whose_sender_died_before_sending_goes_back_at_once():
    row = in_hand("claimed", since_s=1)

    take_back_lapsed(now=NOW)

    row.refresh_from_db()
    assert (row.state, row.resends, row.next_attempt_at) == ("pending", 0, NOW)


def test_a_row_whose_sender_died_while_sending_is_sent_again_once(desk, post):
    row = in_hand("sending", since_s=1)

    assert dispatch_due(now=NOW).counts == {"sent": 1}

    row.refresh_from_db()
    assert (row.state, row.resends, post.ids) == ("sent", 1, [row.message_id])


@pytest.mark.parametrize(
    "fields",
    [{"resends": 1}, {"kind": "tests.secret"}, {"not_after": NOW - timedelta(seconds=1)}],
    ids=["already repeated", "harmful twice", "too late"],
)
def test_a_row_whose_sender_died_while_sending_may_stay_unknown(desk, post, fields):
    row = in_hand("sending", since_s=1, **fields)

    dispatch_due(now=NOW)

    row.refresh_from_db()
    assert (row.state, row.last_error_code, post.taken) == ("unknown", "sender_died", [])


def test_a_message_that_kills_its_sender_each_time_fails_after_eight():
    """Not its neighbors: they are claimed with it once, which costs them nothing."""
    poison, neighbor = MessageFactory(due_at=NOW - timedelta(minutes=1)), MessageFactory()
    now = NOW
    assert len(claim_due(limit=5, now=now)) == 2
    for death in range(9):
        now += timedelta(hours=1)
        take_back_lapsed(now=now)
        if death == 0:
            assert Message.objects.get(pk=neighbor.pk).attempts == 0
            Message.objects.filter(pk=neighbor.pk).delete()  # it leaves, claimed alone
        now += timedelta(hours=1)
        assert claim_due(limit=5, now=now, is_suspect=True) == ([poison] if death < 8 else [])

    poison.refresh_from_db()
    assert (poison.state, poison.attempts, poison.last_error_code) == ("failed", 8, "sender_died")


def test_rows_of_a_sender_that_died_are_claimed_alone_from_then_on(desk, post):
    for _ in range(3):
        in_hand("claimed", since_s=1)
    take_back_lapsed(now=NOW)
    MessageFactory()

    assert len(claim_due(limit=5, now=NOW)) == 1
    assert dispatch_due(now=NOW).counts == {"sent": 3}
    assert set(Message.objects.exclude(state="claimed").values_list("attempts", flat=True)) == {1}


def test_one_connection_serves_a_whole_pass(desk, post):
    MessageFactory.create_batch(12)

    assert dispatch_due(now=NOW).counts == {"sent": 12}
    assert post.connections == 1
    assert len(set(post.ids)) == 12


@pytest.mark.parametrize("way", ["421 enough for one call", DROP])
def test_a_server_that_hangs_up_between_two_mails_is_called_again(desk, post, way):
    post.at_mail += ["250 OK", way]
    MessageFactory.create_batch(3)

    assert dispatch_due(now=NOW).counts == {"sent": 3}
    assert post.connections == 2


def test_five_connection_errors_in_a_row_end_the_pass(desk, post):
    post.at_mail += ["421 closing"] * 9
    MessageFactory.create_batch(7)

    result = dispatch_due(now=NOW)

    assert (result.is_cut_short, result.counts) == (True, {"pending": 5})
    assert set(Message.objects.values_list("attempts", flat=True)) == {0}
    assert not Message.objects.exclude(state="pending").exists()


def test_a_pass_ends_when_its_time_is_up_and_keeps_the_rest(desk, post):
    MessageFactory.create_batch(3)

    assert dispatch_due(now=NOW, seconds=-1).counts == {}

    assert set(Message.objects.values_list("state", "attempts")) == {("pending", 0)}


def test_a_sender_told_to_end_finishes_the_message_in_hand(desk, post):
    MessageFactory.create_batch(4)
    told = itertools.chain([False], itertools.repeat(True))

    result = dispatch_due(now=NOW, should_stop=lambda: next(told))

    assert result.counts == {"sent": 1}
    assert Message.objects.filter(state="pending", attempts=0).count() == 3


def test_a_pass_leaves_its_time_for_whoever_watches(desk, post):
    dispatch_due(now=NOW)

    assert Outbox.objects.get().last_pass_at == NOW


def test_a_pass_costs_a_constant_number_of_queries_per_message(desk, post, count_queries):
    MessageFactory.create_batch(5)
    dispatch_due(now=NOW)
    counts = []
    for size in (20, 40):
        MessageFactory.create_batch(size)
        with count_queries() as queries:
            dispatch_due(now=NOW)
        counts.append(len(queries))

    # One per message (mark it and begin the next); per claim of twenty: the circuit, two to claim,
    # one to look for rows of dead senders, the begin of the first.
    assert counts[1] - counts[0] == 20 + 5
