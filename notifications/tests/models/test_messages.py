from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection

from notifications.models import Message, Outbox
from notifications.tests.factories import NOW, MessageFactory

pytestmark = pytest.mark.django_db
LEASE = {"lease_token": uuid4(), "lease_until": NOW}
RESTING = [state for state in Message.State.values if state not in ("claimed", "sending")]


@pytest.mark.parametrize("state", RESTING)
def test_a_row_at_rest_has_no_lease(state):
    assert MessageFactory(state=state).lease_token is None
    with pytest.raises(IntegrityError, match="message_lease_while_in_hand"):
        MessageFactory(state=state, **LEASE)


@pytest.mark.parametrize("missing", ["lease_token", "lease_until"])
@pytest.mark.parametrize("state", ["claimed", "sending"])
def test_a_row_in_hand_has_a_whole_lease(state, missing):
    assert MessageFactory(state=state, **LEASE).lease_token == LEASE["lease_token"]
    with pytest.raises(IntegrityError, match="message_lease_while_in_hand"):
        MessageFactory(state=state, **LEASE | {missing: None})


def test_a_message_has_a_person_or_an_address():
    with pytest.raises(IntegrityError, match="message_has_one_recipient"):
        MessageFactory(address="also@ward.example")


def test_a_message_without_any_recipient_is_impossible():
    with pytest.raises(IntegrityError, match="message_has_one_recipient"):
        MessageFactory(recipient=None)


def test_a_dedupe_key_is_used_once():
    first = MessageFactory()
    with pytest.raises(IntegrityError, match="dedupe_key"):
        MessageFactory(dedupe_key=first.dedupe_key)


def test_the_search_for_due_rows_uses_the_partial_index():
    with connection.cursor() as cursor:
        for other_way in ("seqscan", "bitmapscan", "sort"):
            cursor.execute(f"SET LOCAL enable_{other_way} = off")
    due = Message.objects.due(NOW).order_by("next_attempt_at")[:5]

    assert "message_due" in due.explain()


def test_trouble_is_what_did_not_arrive():
    for state in Message.State.values:
        MessageFactory(state=state, **(LEASE if state in ("claimed", "sending") else {}))

    troubled = set(Message.objects.troubled().values_list("state", flat=True))

    assert troubled == {"failed", "unknown", "missed"}


@pytest.mark.parametrize("left", [timedelta(seconds=1), timedelta()])
@pytest.mark.parametrize("state", Message.State.values)
def test_the_row_and_the_list_agree_on_what_may_be_sent_again(state, left):
    row = MessageFactory(
        state=state, not_after=NOW + left, **(LEASE if state in ("claimed", "sending") else {})
    )

    assert row.is_retryable_at(NOW) == Message.objects.retryable(NOW).filter(pk=row.pk).exists()
    assert row.is_retryable_at(NOW) == (state in ("failed", "unknown") and bool(left))


def test_the_outbox_is_one_row():
    Outbox.objects.create(system_identifier="1", database_oid=1)
    with pytest.raises(IntegrityError, match="outbox_is_one_row"):
        Outbox.objects.create(pk=2, system_identifier="1", database_oid=1)


def test_a_pause_has_a_reason_and_a_time():
    with pytest.raises(IntegrityError, match="outbox_paused_for_a_reason"):
        Outbox.objects.create(system_identifier="1", database_oid=1, pause_reason="copy")
