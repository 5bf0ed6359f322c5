"""Send what is due: a pass claims a few rows at a time until none is left or its time is over.

A lease with a fencing token says who holds a row; a sender that died loses its lease, and its rows
go back. So nothing is ever lost, and a message leaves twice only if a sender dies in the second in
which it sends, a mail then with the same Message-ID.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import F

from notifications.backends.transports import Transport, make_transport
from notifications.models import Circuit, Message
from notifications.services import circuits
from notifications.services.clocks import DatabaseClock
from notifications.services.deliveries import Courier, Outcome
from notifications.services.marks import take_back
from notifications.services.outbox import begin_pass, finish_pass
from notifications.services.watch import ping_watch

State = Message.State
CLAIM_LEASE = timedelta(seconds=120)
BATCH = 20  # a sender that is killed leaves so many to wait for their lease to run out
MOST_UNREACHABLE = 5  # in a row: then the server is down, and the rest waits for a later pass
# One statement, so that rows are locked, marked and let go at once; `now` is bound, which lets the
# partial index of due rows stop the search.
_CLAIM = """
WITH due AS (
  SELECT id FROM notifications_message
  WHERE state = 'pending' AND channel = %(channel)s AND next_attempt_at <= %(now)s
    AND (last_error_code = 'sender_died') = %(is_suspect)s
  ORDER BY next_attempt_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
UPDATE notifications_message AS message
SET state = 'claimed', attempts = attempts + 1, lease_token = %(token)s, lease_until = %(until)s
FROM due WHERE message.id = due.id RETURNING message.id
"""


@dataclass
class PassResult:
    """What one pass did, by final state of each row; `is_cut_short` if a server was down."""

    counts: dict[str, int] = field(default_factory=dict)
    is_cut_short: bool = False
    is_paused: bool = False

    def add(self, state: str) -> None:
        self.counts[state] = self.counts.get(state, 0) + 1


def _never() -> bool:
    return False


def dispatch_due(
    *, seconds: float = 40, now: datetime | None = None, should_stop: Callable[[], bool] = _never
) -> PassResult:
    """Send due messages until none is left or the time is up.

    Args:
        seconds: how long; what was claimed and not begun goes back.
        now: for tests; else the database's clock.
        should_stop: asked before each message, for a sender that is told to end.
    """
    clock = DatabaseClock(now)
    if not begin_pass(now=clock()):
        return PassResult(is_paused=True)
    stop_at = time.monotonic() + seconds
    result = PassResult()
    lines = [
        _Line(
            channel,
            clock=clock,
            result=result,
            is_over=lambda: should_stop() or time.monotonic() > stop_at,
        )
        for channel in Message.Channel.values
    ]
    try:
        take_back_lapsed(now=clock(), lines=lines)
        working = lines
        while working:  # each channel gets its turn
            working = [line for line in working if line.work()]
    finally:
        for line in lines:
            line.close()
    finish_pass(now=clock())
    ping_watch(now=clock())
    return result


class _Line:
    """One channel's part of a pass, over one connection."""

    def __init__(
        self,
        channel: str,
        *,
        clock: DatabaseClock,
        result: PassResult,
        is_over: Callable[[], bool],
    ) -> None:
        self.channel = channel
        self._clock = clock
        self._result = result
        self._is_over = is_over
        self._transport: Transport | None = None
        self._unreachable = 0  # in a row
        self._is_ended = False
        self._circuit = Circuit(channel=channel)

    @property
    def transport(self) -> Transport:
        if self._transport is None:
            self._transport = make_transport(self.channel)
        return self._transport

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def work(self) -> bool:
        """Send one claim's messages, and one whose sender died; return whether there may be more."""
        has_worked = False
        now = self._clock.read()
        limit = self._limit(now)
        for is_suspect in (False, True):
            if limit and not self._is_ended:
                most = 1 if is_suspect else limit
                rows = claim_due(channel=self.channel, limit=most, now=now, is_suspect=is_suspect)
                has_worked = self._serve(rows) or has_worked
                if not self._circuit.is_closed and rows:
                    break  # one probe is enough
        if limit and not self._circuit.is_closed:  # the probe met nobody: none due, or canceled
            circuits.end_probe(self.channel, now=self._clock())
        return has_worked and not self._is_ended

    def _serve(self, rows: list[Message]) -> bool:
        if not rows:
            return False
        courier = Courier(
            rows, transport=self.transport, clock=self._clock, is_told_to_stop=self._is_over
        )
        self._is_ended = not self._deliver(courier)
        give_back(courier.left)
        return True

    def _limit(self, now: datetime) -> int:
        """How many to claim: none while the circuit is open, one to find out."""
        self._circuit = circuits.read_circuit(self.channel)
        if self._circuit.is_closed:
            return BATCH
        return int(circuits.start_probe(self._circuit, now=now))

    def _deliver(self, courier: Courier) -> bool:
        while courier.left:
            if not courier.is_begun and self._is_over():
                return False
            outcome = courier.deliver_next()
            self._result.add(outcome.state)
            if not self._note(outcome):
                self._result.is_cut_short = True
                return False
        return True

    def _note(self, outcome: Outcome) -> bool:
        """Tell the breaker; return whether to go on."""
        if outcome.error is not None:
            self._unreachable += 1
            circuit = circuits.note_failure(self.channel, outcome.error, now=self._clock())
            self._circuit = circuit
            return circuit.is_closed and self._unreachable < MOST_UNREACHABLE
        if outcome.is_answer:
            self._unreachable = 0
            if self._circuit.failures:
                circuits.note_answer(self.channel)
                self._circuit = Circuit(channel=self.channel)
        return True


def claim_due(
    *, channel: str = "email", limit: int, now: datetime, is_suspect: bool = False
) -> list[Message]:
    """Lease up to `limit` due rows of a channel, the longest due first.

    Either of those whose sender died once, or of all others: such a row should not be claimed with
    others, which it might take down again.
    """
    token = uuid.uuid4()
    parameters: dict[str, Any] = {
        "channel": channel,
        "now": now,
        "limit": limit,
        "is_suspect": is_suspect,
        "token": token,
        "until": now + CLAIM_LEASE,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, parameters)
        ids = [row[0] for row in cursor.fetchall()]
    if not ids:
        return []
    claimed = Message.objects.filter(pk__in=ids, lease_token=token).select_related("recipient")
    return sorted(claimed, key=lambda message: (message.next_attempt_at, message.pk))


def take_back_lapsed(*, now: datetime, lines: Sequence[_Line] = ()) -> None:
    """Free the rows of senders that died; a provider that can be asked is."""
    transports = {line.channel: line for line in lines}
    for message in Message.objects.lapsed(now):
        line = transports.get(message.channel)
        is_asked = line is not None and message.channel == Message.Channel.SMS
        take_back(message, now=now, transport=line.transport if is_asked and line else None)


def give_back(messages: Sequence[Message]) -> None:
    """Return claimed rows that were not begun; the claim does not count as an attempt."""
    if not messages:
        return
    Message.objects.filter(
        pk__in=[message.pk for message in messages],
        state=State.CLAIMED,
        lease_token=messages[0].lease_token,
    ).update(state=State.PENDING, lease_token=None, lease_until=None, attempts=F("attempts") - 1)
