from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from notifications.models import Message
from notifications.services.messages import (
    owe,
    retry_failed_messages,
    retry_message,
    supersede,
)
from notifications.tests.factories import NOW, MessageFactory, UserFactory

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def person():
    return UserFactory()


def owe_note(subject, **fields):
    arguments = {"kind": "tests.note", "recipient": subject, "due_at": NOW, "now": NOW} | fields
    return owe(subject=subject, **arguments)


def test_owing_the_same_again_returns_the_first_row(person):
    first, second = owe_note(person), owe_note(person, due_at=NOW + HOUR)

    assert (first.pk, second.due_at) == (second.pk, NOW)
    assert Message.objects.count() == 1


def test_rule_recipient_revision_and_address_each_make_another_message(person):
    owe_note(person)
    owe_note(person, rule="24h")
    owe_note(person, recipient=UserFactory())
    owe_note(person, recipient=None, address="new@ward.example")
    owe_note(person, recipient=None, address="other@ward.example")
    person.rev = 2
    owe_note(person)

    assert Message.objects.count() == 6
    assert len(set(Message.objects.values_list("message_id", flat=True))) == 6


def test_a_row_keeps_ids_and_no_text(person):
    message = owe_note(person)

    assert (message.subject_kind, message.subject_id, message.subject_rev) == (
        "accounts.user",
        person.pk,
        1,
    )
    assert person.name not in str(Message.objects.values().get())
    assert message.message_id.startswith("<")
    assert message.message_id.endswith("@northlight.example>")


@pytest.mark.parametrize(
    ("lead", "state"),
    [(-timedelta(seconds=1), "skipped_late"), (timedelta(), "pending"), (HOUR, "pending")],
)
def test_what_was_over_before_it_was_planned_is_kept_as_skipped(person, lead, state):
    message = owe_note(person, due_at=NOW + lead)

    assert (message.state, message.closed_at) == (state, NOW if state == "skipped_late" else None)


@pytest.mark.parametrize(("lead", "most_s"), [(11 * HOUR, 0), (12 * HOUR, 299)])
def test_only_long_leads_are_spread_and_always_alike(person, lead, most_s):
    messages = [owe_note(person, due_at=NOW + lead, rule=str(n)) for n in range(20)]
    waits = {(message.next_attempt_at - message.due_at).total_seconds() for message in messages}

    assert 0 <= min(waits) <= max(waits) <= most_s
    assert (len(waits) > 1) == bool(most_s)
    again = Message.objects.get(pk=messages[0].pk)
    assert again.next_attempt_at == messages[0].next_attempt_at


def test_what_must_leave_on_its_minute_is_not_spread(person):
    due_at = NOW + 72 * HOUR
    messages = [
        owe_note(person, due_at=due_at, not_after=due_at + HOUR, rule=str(n)) for n in range(10)
    ]

    assert {message.next_attempt_at for message in messages} == {due_at}


def test_superseding_takes_back_what_has_not_begun_of_older_revisions(person):
    def row(**fields):
        return MessageFactory(subject_kind="accounts.user", subject_id=person.pk, **fields)

    lease = {"lease_token": "6f8d9c52-1b1e-4c1c-9f0e-0a5c2e6f7a11", "lease_until": NOW}
    gone = [row(), row(state="claimed", **lease)]
    stays = [
        row(state="sending", **lease),
        row(state="sent"),
        row(subject_rev=2),
        MessageFactory(subject_kind="accounts.user", subject_id=person.pk + 1),
        MessageFactory(subject_kind="accounts.invitation", subject_id=person.pk),
    ]
    before = {message.pk: message.state for message in stays}

    count = supersede(subject_kind="accounts.user", subject_id=person.pk, below_rev=2)

    assert count == 2
    for message in gone:
        message.refresh_from_db()
        assert (message.state, message.lease_token) == ("superseded", None)
        assert message.closed_at is not None
    assert {m.pk: m.state for m in Message.objects.filter(pk__in=before)} == before


def test_failed_messages_that_are_still_worth_it_are_queued_again():
    failed = {"state": "failed", "attempts": 8, "resends": 1, "closed_at": NOW - HOUR}
    worth = MessageFactory(**failed, not_after=NOW + HOUR)
    MessageFactory(**failed, not_after=NOW)
    MessageFactory(**failed | {"closed_at": NOW - 25 * HOUR})
    MessageFactory(**failed | {"state": "unknown"})
    MessageFactory(**failed | {"state": "superseded"})
    day = timedelta(hours=24)

    assert retry_failed_messages(failed_within=day, dry_run=True, now=NOW) == 1
    assert Message.objects.pending().count() == 0
    assert retry_failed_messages(kind="tests.other", failed_within=day, now=NOW) == 0
    assert retry_failed_messages(kind="tests.note", failed_within=day, now=NOW) == 1

    assert Message.objects.pending().get() == worth
    worth.refresh_from_db()
    assert (worth.attempts, worth.resends, worth.closed_at, worth.next_attempt_at) == (
        0,
        0,
        None,
        NOW,
    )


@pytest.mark.parametrize("state", ["failed", "unknown"])
def test_a_person_may_have_a_message_sent_again(state):
    message = MessageFactory(state=state, closed_at=NOW)

    retry_message(message=message, now=NOW)

    message.refresh_from_db()
    assert message.state == "pending"


@pytest.mark.parametrize(
    "fields",
    [{"state": "sent"}, {"state": "superseded"}, {"state": "failed", "not_after": NOW}],
)
def test_sending_again_is_refused_where_it_makes_no_sense(fields):
    message = MessageFactory(**fields)

    with pytest.raises(ValidationError) as refusal:
        retry_message(message=message, now=NOW)

    assert refusal.value.code == "not_retryable"
    message.refresh_from_db()
    assert message.state == fields["state"]
