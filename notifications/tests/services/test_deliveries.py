"""What becomes of one message, whatever subject and mail server say. A real server on loopback."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from notifications.backends.transports import SmtpTransport
from notifications.kinds import Rendered
from notifications.models import Message
from notifications.services import dispatch
from notifications.services.clocks import DatabaseClock
from notifications.services.deliveries import Courier
from notifications.services.dispatch import claim_due, dispatch_due
from notifications.services.marks import LOST
from notifications.services.messages import supersede
from notifications.tests.factories import NOW, MessageFactory
from notifications.tests.smtp import DROP, HANG, free_port

pytestmark = pytest.mark.django_db


def test_a_due_message_is_sent_once_and_marked_with_the_servers_answer(desk, post):
    message = MessageFactory()

    assert dispatch_due(now=NOW).counts == {"sent": 1}
    assert dispatch_due(now=NOW).counts == {}

    message.refresh_from_db()
    assert (message.state, message.sent_at, message.closed_at) == ("sent", NOW, NOW)
    assert (message.provider_id, message.attempts) == ("250 OK", 1)
    assert (message.lease_token, message.lease_until) == (None, None)
    assert post.ids == [message.message_id]
    assert post.taken[0].recipients == [message.recipient.email]


def test_a_message_to_a_bare_address_is_sent(desk, post):
    MessageFactory(recipient=None, address="new.nurse@ward.example")

    dispatch_due(now=NOW)

    assert post.taken[0].recipients == ["new.nurse@ward.example"]


def test_nothing_leaves_before_it_is_due(desk, post):
    message = MessageFactory(due_at=NOW + timedelta(seconds=1))

    assert dispatch_due(now=NOW).counts == {}
    message.refresh_from_db()
    assert (message.state, post.taken) == ("pending", [])


@pytest.mark.parametrize(("late_s", "state"), [(0, "sent"), (1, "missed")])
def test_nothing_leaves_after_it_is_worth_nothing(desk, post, late_s, state):
    message = MessageFactory(not_after=NOW - timedelta(seconds=late_s))

    dispatch_due(now=NOW)

    message.refresh_from_db()
    assert (message.state, len(post.taken)) == (state, int(state == "sent"))


def test_what_is_no_longer_true_is_not_sent(desk, post):
    desk.is_current = lambda message: False
    message = MessageFactory()

    dispatch_due(now=NOW)

    message.refresh_from_db()
    assert (message.state, message.closed_at, post.taken) == ("superseded", NOW, [])


def test_a_cancellation_between_check_and_send_wins(desk, post):
    """Taken back while its text is made: the row is no longer ours when sending would begin."""
    message = MessageFactory()

    def render_while_somebody_cancels(row: Message) -> Rendered:
        supersede(subject_kind=row.subject_kind, subject_id=row.subject_id, below_rev=2)
        return Rendered(subject="Note", text="Hello.")

    desk.render = render_while_somebody_cancels

    assert dispatch_due(now=NOW).counts == {LOST: 1}
    message.refresh_from_db()
    assert (message.state, post.taken) == ("superseded", [])


def test_a_sender_whose_lease_ran_out_sends_nothing(desk, post):
    MessageFactory()
    (claimed,) = claim_due(limit=1, now=NOW)
    later = DatabaseClock(NOW + timedelta(seconds=121))

    assert Courier([claimed], transport=SmtpTransport(), clock=later).deliver_next().state == LOST
    assert post.taken == []


@pytest.mark.parametrize(
    ("answer", "state", "code"),
    [
        ("550 no such user", "failed", "recipient_refused_550"),
        ("553 never", "failed", "recipient_refused_553"),
        ("451 greylisted", "pending", "recipient_refused_451"),
        ("450 full", "pending", "recipient_refused_450"),
        ("421 closing", "pending", "recipient_refused_421"),
        (DROP, "pending", "connection_lost"),
    ],
)
def test_an_answer_for_the_recipient_decides_the_state(desk, post, answer, state, code):
    message = MessageFactory()
    post.recipients[message.recipient.email] = answer

    dispatch_due(now=NOW)

    message.refresh_from_db()
    assert (message.state, message.last_error_code, message.attempts) == (state, code, 1)
    assert post.taken == []
    assert NOW <= message.next_attempt_at <= NOW + timedelta(seconds=60)


@pytest.mark.parametrize(
    ("answer", "state", "code"),
    [
        ("554 no spam here", "failed", "mail_refused_554"),
        ("451 later", "pending", "mail_refused_451"),
        ("421 closing", "pending", "mail_refused_421"),
    ],
)
def test_an_answer_to_the_text_decides_the_state(desk, post, answer, state, code):
    post.at_text.append(answer)
    message = MessageFactory()

    dispatch_due(now=NOW)

    message.refresh_from_db()
    assert (message.state, message.last_error_code) == (state, code)


def test_a_server_that_refuses_the_sender_says_nothing_of_the_recipient(desk, post):
    post.at_mail.append("553 sender not allowed")
    message = MessageFactory()

    dispatch_due(now=NOW)

    message.refresh_from_db()
    assert (message.state, message.last_error_code) == ("pending", "sender_refused_553")


@pytest.mark.parametrize("silence", [HANG, DROP])
def test_silence_after_the_text_is_repeated_once_with_the_same_id(desk, post, silence):
    """Nobody knows whether it left: once more a minute later, then a person decides."""
    post.at_text += [silence, silence]
    message = MessageFactory()

    dispatch_due(now=NOW)
    message.refresh_from_db()
    assert (message.state, message.resends, message.last_error_code) == ("pending", 1, "no_answer")
    assert message.next_attempt_at == NOW + timedelta(seconds=60)

    dispatch_due(now=NOW + timedelta(seconds=60))
    message.refresh_from_db()
    assert message.state == "unknown"
    assert post.ids == [message.message_id] * 2


def test_a_kind_that_harms_twice_is_held_when_nobody_knows(desk, post):
    post.at_text.append(DROP)
    message = MessageFactory(kind="tests.secret")

    dispatch_due(now=NOW)

    message.refresh_from_db()
    assert (message.state, len(post.taken)) == ("unknown", 1)


def test_a_hanging_server_is_left_after_the_timeout(desk, post):
    post.at_text.append(HANG)
    MessageFactory()
    began = time.monotonic()

    dispatch_due(now=NOW)

    assert time.monotonic() - began < post.hang_s - 1


def test_a_text_that_cannot_be_made_stops_no_other_and_fails_in_the_end(desk, post):
    def render(row: Message) -> Rendered:
        if row.subject_id == 666:
            raise LookupError(row.subject_id)
        return Rendered(subject="Note", text="Hello.")

    desk.render = render
    poison, good = MessageFactory(subject_id=666), MessageFactory(subject_id=1)
    now = NOW
    for _ in range(8):
        dispatch_due(now=now)
        now += timedelta(hours=1)

    poison.refresh_from_db()
    good.refresh_from_db()
    assert (poison.state, poison.attempts, poison.last_error_code) == ("failed", 8, "not_made")
    assert (good.state, len(post.taken)) == ("sent", 1)


def test_a_send_that_breaks_off_within_counts_as_perhaps_delivered(desk, post, monkeypatch):
    """The soft time limit of a task is an exception at any line."""

    class TimeIsUpTransport(SmtpTransport):
        def send(self, parcel, **options):
            super().send(parcel, **options)
            raise TimeoutError

    monkeypatch.setattr(dispatch, "make_transport", lambda channel: TimeIsUpTransport())
    message = MessageFactory()

    dispatch_due(now=NOW)

    message.refresh_from_db()
    assert (message.state, message.resends, message.last_error_code) == ("pending", 1, "broke_off")


def test_a_kind_that_nobody_registered_waits(desk, post):
    message = MessageFactory(kind="tests.from_a_newer_release")

    dispatch_due(now=NOW)

    message.refresh_from_db()
    assert (message.state, message.last_error_code) == ("pending", "kind_unknown")


def test_a_retry_that_would_come_too_late_is_missed(desk, post):
    message = MessageFactory(not_after=NOW)
    post.recipients[message.recipient.email] = "451 later"

    dispatch_due(now=NOW)

    message.refresh_from_db()
    assert message.state == "missed"


def test_an_outage_costs_no_message_an_attempt(desk, settings, post):
    settings.EMAIL_PORT = free_port()
    messages = [MessageFactory() for _ in range(12)]

    first = dispatch_due(now=NOW)

    assert (first.is_cut_short, first.counts) == (True, {"pending": 5})
    assert {row.attempts for row in Message.objects.all()} == {0}
    for hour in range(1, 10):
        dispatch_due(now=NOW + timedelta(hours=hour))
    settings.EMAIL_PORT = post.port
    dispatch_due(now=NOW + timedelta(hours=10))
    assert Message.objects.filter(state="sent").count() == len(messages) == len(post.taken)
