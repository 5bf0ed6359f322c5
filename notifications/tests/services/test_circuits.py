"""The breaker of a channel: throttling for an hour, half-open probes, many workers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from notifications.backends.errors import UnreachableError
from notifications.models import Circuit, Message
from notifications.services.circuits import note_failure, read_circuit, start_probe
from notifications.services.dispatch import dispatch_due
from notifications.tests.factories import NOW, MessageFactory, SmsFactory
from notifications.tests.smtp import free_port

pytestmark = pytest.mark.django_db


def test_a_provider_that_throttles_for_an_hour_costs_no_attempt(desk, provider):
    provider.answers += [429] * 1000
    SmsFactory.create_batch(12)
    asked_per_tick = []

    for tick in range(360):
        before = len(provider.taken)
        dispatch_due(now=NOW + timedelta(seconds=10 * tick))
        asked_per_tick.append(len(provider.taken) - before)

    circuit = Circuit.objects.get(channel="sms")
    assert (circuit.state, circuit.last_error_code) == ("open", "provider_429")
    assert set(Message.objects.values_list("state", "attempts")) == {("pending", 0)}
    assert asked_per_tick[0] == 5
    assert max(asked_per_tick[1:]) == 1  # one probe at a time
    assert 5 <= sum(asked_per_tick[1:]) <= 9  # 30, 60, 120 ... seconds apart

    provider.answers.clear()
    assert circuit.retry_at is not None
    result = dispatch_due(now=max(circuit.retry_at, NOW + timedelta(hours=1, minutes=1)))
    assert result.counts == {"sent": 12}
    assert read_circuit("sms").is_closed


def test_one_channel_that_waits_does_not_hold_the_other(desk, post, provider):
    provider.answers += [429] * 10
    SmsFactory.create_batch(6)
    mails = MessageFactory.create_batch(6)

    dispatch_due(now=NOW)

    assert len(post.taken) == len(mails)
    assert read_circuit("email").is_closed
    assert not read_circuit("sms").is_closed


def test_an_smtp_server_that_throttles_opens_the_circuit_and_costs_no_attempt(desk, post):
    post.at_mail += ["421 too fast"] * 100
    MessageFactory.create_batch(10)

    for tick in range(12):
        dispatch_due(now=NOW + timedelta(seconds=10 * tick))

    assert set(Message.objects.values_list("state", "attempts")) == {("pending", 0)}
    assert not read_circuit("email").is_closed


def test_a_message_that_alone_is_answered_421_fails_after_eight(desk, post):
    poison = MessageFactory()
    post.recipients[poison.recipient.email] = "421 not this one"
    now = NOW
    for _ in range(8):
        MessageFactory(due_at=now)  # others go through, so the channel is well
        dispatch_due(now=now)
        now += timedelta(hours=1)

    poison.refresh_from_db()
    assert (poison.state, poison.attempts) == ("failed", 8)
    assert Message.objects.filter(state="sent").count() == 8


def test_a_probe_is_one_message_of_one_worker(desk, settings, post):
    settings.EMAIL_PORT = free_port()
    MessageFactory.create_batch(8)
    dispatch_due(now=NOW)
    circuit = read_circuit("email")
    assert (circuit.state, circuit.failures, circuit.openings) == ("open", 5, 1)
    assert circuit.retry_at == NOW + timedelta(seconds=30)

    assert not start_probe(circuit, now=NOW + timedelta(seconds=29))
    assert start_probe(circuit, now=NOW + timedelta(seconds=30))
    assert not start_probe(circuit, now=NOW + timedelta(seconds=30))  # another worker
    # The one that probes dies; a minute later somebody else may.
    assert start_probe(read_circuit("email"), now=NOW + timedelta(seconds=90))


def test_a_failed_probe_waits_longer_and_a_good_one_closes(desk, settings, post):
    good, settings.EMAIL_PORT = settings.EMAIL_PORT, free_port()
    MessageFactory.create_batch(8)
    dispatch_due(now=NOW)

    assert dispatch_due(now=NOW + timedelta(seconds=60)).counts == {"pending": 1}
    circuit = read_circuit("email")
    assert (circuit.openings, circuit.retry_at) == (2, NOW + timedelta(seconds=120))
    assert dispatch_due(now=NOW + timedelta(seconds=119)).counts == {}

    settings.EMAIL_PORT = good
    assert dispatch_due(now=NOW + timedelta(seconds=180)).counts == {"sent": 8}
    assert read_circuit("email").is_closed


def test_a_probe_without_a_message_leaves_the_next_one_to_try(desk, settings, post):
    error = UnreachableError("not_connected")
    for _ in range(5):
        note_failure("email", error, now=NOW)

    dispatch_due(now=NOW + timedelta(minutes=5))
    assert read_circuit("email").state == "open"
    MessageFactory()
    assert dispatch_due(now=NOW + timedelta(minutes=5)).counts == {"sent": 1}
    assert read_circuit("email").is_closed


def test_failures_far_apart_do_not_add_up(desk, post):
    for hour in range(8):
        MessageFactory(due_at=NOW + timedelta(hours=hour))
        MessageFactory(due_at=NOW + timedelta(hours=hour, seconds=1))
        post.at_mail.append("421 a moment")
        dispatch_due(now=NOW + timedelta(hours=hour, minutes=1))

    assert read_circuit("email").is_closed
