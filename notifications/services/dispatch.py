"""Send what is due: a pass claims a few rows at a time until none is left or its time is over.

A lease with a fencing token says who holds a row; a sender that died loses its lease, and its rows
go back. So nothing is ever lost, and a mail leaves twice only if a sender dies in the second in
which it sends, then with the same Message-ID.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import F

from notifications.backends.transports import Transport, make_transport
from notifications.models import Message
from notifications.services.clocks import DatabaseClock
from notifications.services.deliveries import deliver, take_back
from notifications.services.outbox import begin_pass, finish_pass

State = Message.State
CLAIM_LEASE = timedelta(seconds=120)
BATCH = 5
MOST_UNREACHABLE = 5  # in a row: then the server is down, and the rest waits for a later pass
# One statement, so that rows are locked, marked and let go at once; `now` is bound, which lets the
# partial index of due rows stop the search.
_CLAIM = """
WITH due AS (
  SELECT id FROM notifications_message
  WHERE state = 'pending' AND next_attempt_at <= %(now)s
  ORDER BY next_attempt_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
UPDATE notifications_message AS message
SET state = 'claimed', attempts = attempts + 1, lease_token = %(token)s, lease_until = %(until)s
FROM due WHERE message.id = due.id RETURNING message.id
"""


@dataclass
class PassResult:
    """What one pass did, by final state of each row; `is_cut_short` if the server was down."""

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
    transport = make_transport()
    try:
        stop_at = time.monotonic() + seconds
        result = _work(
            transport, clock, is_over=lambda: should_stop() or time.monotonic() > stop_at
        )
    finally:
        transport.close()
    finish_pass(now=clock())
    return result


def _work(transport: Transport, clock: DatabaseClock, *, is_over: Callable[[], bool]) -> PassResult:
    result, unreachable = PassResult(), 0
    take_back_lapsed(now=clock())
    while claimed := claim_due(limit=BATCH, now=clock.read()):
        for index, message in enumerate(claimed):
            result.is_cut_short = unreachable >= MOST_UNREACHABLE
            if result.is_cut_short or is_over():
                give_back(claimed[index:])
                return result
            outcome = deliver(message, transport=transport, clock=clock)
            unreachable = unreachable + 1 if outcome.is_unreachable else 0
            result.add(outcome.state)
    return result


def claim_due(*, limit: int, now: datetime) -> list[Message]:
    """Lease up to `limit` due rows, the longest due first."""
    token = uuid.uuid4()
    with connection.cursor() as cursor:
        cursor.execute(
            _CLAIM, {"now": now, "limit": limit, "token": token, "until": now + CLAIM_LEASE}
        )
        ids = [row[0] for row in cursor.fetchall()]
    if not ids:
        return []
    claimed = Message.objects.filter(pk__in=ids, lease_token=token).select_related("recipient")
    return sorted(claimed, key=lambda message: (message.next_attempt_at, message.pk))


def take_back_lapsed(*, now: datetime) -> None:
    """Free the rows of senders that died."""
    for message in Message.objects.lapsed(now):
        take_back(message, now=now)


def give_back(messages: Sequence[Message]) -> None:
    """Return claimed rows that were not begun; the claim does not count as an attempt."""
    for message in messages:
        Message.objects.filter(
            pk=message.pk, state=State.CLAIMED, lease_token=message.lease_token
        ).update(
            state=State.PENDING, lease_token=None, lease_until=None, attempts=F("attempts") - 1
        )
