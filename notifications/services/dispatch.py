"""Send what is due: claim, check again, send, mark, each row in a transaction of its own.

No transaction is open while a mail leaves. A lease with a fencing token says who holds a row; a
sender that died loses its lease, and its rows go back. So nothing is ever lost, and a mail leaves
twice only if a sender dies in the second in which it sends, then with the same Message-ID.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import SystemRandom
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F

from core.mail import build_mail
from notifications.backends.transports import (
    AmbiguousError,
    PermanentError,
    Transport,
    TransportError,
    UnreachableError,
    make_transport,
)
from notifications.engine.backoff import MOST_ATTEMPTS, delay_seconds
from notifications.kinds import Kind, get_kind
from notifications.models import Message
from notifications.services.messages import database_now

log = logging.getLogger(__name__)
State = Message.State
CLAIM_LEASE = timedelta(seconds=120)
SEND_LEASE = timedelta(seconds=60)
BATCH = 5
MOST_UNREACHABLE = 5  # in a row: then the server is down, and the rest waits for a later pass
_random = SystemRandom()


@dataclass
class PassResult:
    """What one pass did, by final state of each row; `is_cut_short` if the server was down."""

    counts: dict[str, int] = field(default_factory=dict)
    is_cut_short: bool = False

    def add(self, state: str) -> None:
        self.counts[state] = self.counts.get(state, 0) + 1


def dispatch_due(*, seconds: float = 40, now: datetime | None = None) -> PassResult:
    """Send due messages until none is left or the time is up.

    Args:
        seconds: how long; what was claimed and not begun goes back.
        now: for tests; else the database's clock, read once a claim.
    """
    result, transport = PassResult(), make_transport()
    stop_at, unreachable = time.monotonic() + seconds, 0
    try:
        while True:
            claimed = claim_due(limit=BATCH, now=now)
            if not claimed:
                return result
            for index, message in enumerate(claimed):
                if time.monotonic() > stop_at or unreachable >= MOST_UNREACHABLE:
                    give_back(claimed[index:])
                    result.is_cut_short = unreachable >= MOST_UNREACHABLE
                    return result
                state, was_unreachable = deliver(message, transport=transport, now=now)
                unreachable = unreachable + 1 if was_unreachable else 0
                result.add(state)
    finally:
        transport.close()


def claim_due(*, limit: int, now: datetime | None = None) -> list[Message]:
    """Lease up to `limit` due rows; rows whose sender died are taken back first."""
    at = now or database_now()
    take_back_lapsed(now=at)
    token = uuid.uuid4()
    with transaction.atomic():
        due = (
            Message.objects.due(at).order_by("next_attempt_at").select_for_update(skip_locked=True)
        )
        ids = list(due.values_list("pk", flat=True)[:limit])
        Message.objects.filter(pk__in=ids).update(
            state=State.CLAIMED,
            attempts=F("attempts") + 1,
            lease_token=token,
            lease_until=at + CLAIM_LEASE,
        )
    claimed = Message.objects.filter(pk__in=ids, lease_token=token).select_related("recipient")
    return sorted(claimed, key=lambda message: (message.next_attempt_at, message.pk))


def take_back_lapsed(*, now: datetime) -> None:
    """Free rows whose lease has run out. One that was being sent may have left: see `_ambiguous`."""
    Message.objects.filter(state=State.CLAIMED, lease_until__lt=now).update(
        state=State.PENDING, lease_token=None, lease_until=None
    )
    for message in Message.objects.filter(state=State.SENDING, lease_until__lt=now):
        _mark(message, now=now, **_ambiguous(message, "sender_died"))


def _ambiguous(message: Message, code: str) -> dict[str, Any]:
    """Return the changes to a row of which nobody knows whether it left."""
    kind = get_kind(message.kind)
    rule = kind.ambiguous.get(message.channel, "hold") if kind else "hold"
    if rule == "resend_once" and message.resends == 0:
        return {"state": State.PENDING, "resends": 1, "last_error_code": code}
    return {"state": State.UNKNOWN, "last_error_code": code}


def give_back(messages: Sequence[Message]) -> None:
    """Return claimed rows that were not begun; the claim does not count as an attempt."""
    for message in messages:
        Message.objects.filter(
            pk=message.pk, state=State.CLAIMED, lease_token=message.lease_token
        ).update(
            state=State.PENDING, lease_token=None, lease_until=None, attempts=F("attempts") - 1
        )


def deliver(
    message: Message, *, transport: Transport, now: datetime | None = None
) -> tuple[str, bool]:
    """Send one claimed row. Returns its state, and whether the server could not be reached."""
    at = now or database_now()
    if message.not_after is not None and message.not_after < at:
        return _mark(message, now=at, state=State.MISSED), False
    kind = get_kind(message.kind)
    if kind is None:  # a newer release owed it, or its app is gone: look again later
        return _mark(message, now=at, **_retry(message, at, "kind_unknown")), False
    try:
        if not kind.current(message):
            return _mark(message, now=at, state=State.SUPERSEDED), False
        mail = _build(kind, message)
    except Exception:  # one message that cannot be made must not stop the others
        log.exception("message %s of kind %s cannot be made", message.pk, message.kind)
        return _mark(message, now=at, **_retry(message, at, "not_made")), False
    if not _begin(message, now=at):
        return State.SUPERSEDED, False  # taken back, or another sender's by now
    try:
        provider_id = transport.send(mail)
    except TransportError as error:
        changes = _after_failure(message, error, at)
        return _mark(message, now=at, **changes), isinstance(error, UnreachableError)
    done = now or database_now()
    return _mark(message, now=done, state=State.SENT, sent_at=done, provider_id=provider_id), False


def _build(kind: Kind, message: Message) -> Any:
    rendered = kind.render(message)
    recipient = message.recipient
    to = (recipient.name, recipient.email) if recipient is not None else ("", message.address)
    return build_mail(
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        sender=settings.DEFAULT_FROM_EMAIL,
        sender_name=rendered.sender_name,
        to=[to],
        reply_to=rendered.reply_to,
        message_id=message.message_id,
        calendar=rendered.calendar,
        calendar_method=rendered.calendar_method,
        headers=rendered.headers,
    )


def _begin(message: Message, *, now: datetime) -> bool:
    """Enter `sending`, if the row is still ours; committed before anything leaves."""
    begun = Message.objects.filter(
        pk=message.pk, state=State.CLAIMED, lease_token=message.lease_token, lease_until__gt=now
    ).update(state=State.SENDING, started_at=now, lease_until=now + SEND_LEASE)
    return begun == 1


def _after_failure(message: Message, error: TransportError, now: datetime) -> dict[str, Any]:
    if isinstance(error, PermanentError):
        return {"state": State.FAILED, "last_error_code": error.code}
    if isinstance(error, AmbiguousError):
        return _ambiguous(message, error.code)
    return _retry(message, now, error.code)


def _retry(message: Message, now: datetime, code: str) -> dict[str, Any]:
    if message.attempts >= MOST_ATTEMPTS:
        return {"state": State.FAILED, "last_error_code": code}
    wait = delay_seconds(attempts=message.attempts, uniform=_random.uniform)
    next_attempt_at = now + timedelta(seconds=wait)
    if message.not_after is not None and next_attempt_at > message.not_after:
        return {"state": State.MISSED, "last_error_code": code}
    return {"state": State.PENDING, "next_attempt_at": next_attempt_at, "last_error_code": code}


def _mark(message: Message, *, now: datetime, state: str, **changes: Any) -> str:
    """Leave the row in `state`, if we still hold its lease; commits on its own."""
    closed_at = None if state == State.PENDING else now
    marked = Message.objects.filter(
        pk=message.pk, lease_token=message.lease_token, state__in=[State.CLAIMED, State.SENDING]
    ).update(state=state, lease_token=None, lease_until=None, closed_at=closed_at, **changes)
    if state in (State.FAILED, State.UNKNOWN) and marked:
        log.warning("message %s of kind %s: %s", message.pk, message.kind, state)
    return str(state)
