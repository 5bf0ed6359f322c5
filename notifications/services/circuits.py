"""The breaker of each channel, in the database: what one worker learns of a provider, all know."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction

from notifications.backends.errors import ThrottledError, UnreachableError
from notifications.engine.circuits import MOST_FAILURES, PROBE_S, wait_seconds
from notifications.models import Circuit

log = logging.getLogger(__name__)
State = Circuit.State


def read_circuit(channel: str) -> Circuit:
    return Circuit.objects.filter(pk=channel).first() or Circuit(channel=channel)


def waiting_circuits() -> list[Circuit]:
    """Return the channels that do not send just now; the practice is told of each."""
    return list(Circuit.objects.waiting())


def start_probe(circuit: Circuit, *, now: datetime) -> bool:
    """Say whether this worker may try one message on an open circuit; at most one worker hears yes."""
    if circuit.retry_at is None or circuit.retry_at > now:
        return False
    taken = (
        Circuit.objects.filter(pk=circuit.pk, retry_at=circuit.retry_at)
        .exclude(state=State.CLOSED)
        .update(state=State.PROBING, retry_at=now + timedelta(seconds=PROBE_S))
    )
    return taken == 1


def end_probe(channel: str, *, now: datetime) -> None:
    """There was nothing to try with: the next message that is due is the probe."""
    Circuit.objects.filter(pk=channel, state=State.PROBING).update(state=State.OPEN, retry_at=now)


def note_answer(channel: str) -> None:
    """The provider answers again, be it with a refusal of one message."""
    closed = Circuit.objects.filter(pk=channel).update(
        state=State.CLOSED,
        failures=0,
        openings=0,
        opened_at=None,
        retry_at=None,
        last_error_code="",
    )
    if closed:
        log.info("channel %s: the provider answers", channel)


@transaction.atomic
def note_failure(channel: str, error: UnreachableError, *, now: datetime) -> Circuit:
    """Count a failure; the fifth in a row opens the circuit, and one on probation opens it again."""
    Circuit.objects.bulk_create([Circuit(channel=channel)], ignore_conflicts=True)
    circuit = Circuit.objects.select_for_update().get(pk=channel)
    circuit.failures += 1
    circuit.last_error_code = error.code
    is_first = circuit.state == State.CLOSED and circuit.failures >= MOST_FAILURES
    if is_first or circuit.state == State.PROBING:
        circuit.openings += 1
        wait = wait_seconds(
            openings=circuit.openings, is_throttled=isinstance(error, ThrottledError)
        )
        circuit.state = State.OPEN
        circuit.opened_at = circuit.opened_at or now
        circuit.retry_at = now + timedelta(seconds=wait)
        log.error("channel %s waits %s s: %s", channel, wait, error.code)
    circuit.save()
    return circuit
