"""One claimed message: check again, begin, send, mark; each step committed on its own.

No transaction is open while a mail leaves. Every step names the lease's token, so a sender that was
taken for dead changes nothing when it wakes up.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from secrets import SystemRandom
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.db.models import F

from core.mail import build_mail
from notifications.backends.transports import (
    AmbiguousError,
    PermanentError,
    Transport,
    TransportError,
    UnreachableError,
)
from notifications.engine.backoff import MOST_ATTEMPTS, delay_seconds
from notifications.kinds import Kind, get_kind
from notifications.models import Message

if TYPE_CHECKING:
    from email.message import EmailMessage

    from notifications.services.clocks import DatabaseClock

log = logging.getLogger(__name__)
State = Message.State
SEND_LEASE = timedelta(seconds=60)
LOST = "lost"  # not a state: another sender holds the row by now, or it was taken back
_RESEND_AFTER = timedelta(seconds=60)
_UNREACHABLE_WAIT_S = 60
_random = SystemRandom()


class Outcome(NamedTuple):
    """What became of a row: its state or `LOST`; `is_unreachable` if no server answered."""

    state: str
    is_unreachable: bool = False


def deliver(message: Message, *, transport: Transport, clock: DatabaseClock) -> Outcome:
    """Send one claimed row and mark it."""
    now = clock()
    if message.not_after is not None and message.not_after < now:
        return _mark(message, now=now, state=State.MISSED)
    kind = get_kind(message.kind)
    if kind is None:  # a newer release owed it, or its app is gone: look again later
        return _mark(message, now=now, **_retry(message, now, "kind_unknown"))
    try:
        if not kind.current(message):
            return _mark(message, now=now, state=State.SUPERSEDED)
        transport.connect()
        mail = _build(kind, message)
    except UnreachableError as error:
        return _wait_for_server(message, error, clock())
    except Exception:  # one message that cannot be made must not stop the others
        log.exception("message %s of kind %s cannot be made", message.pk, message.kind)
        return _mark(message, now=now, **_retry(message, now, "not_made"))
    if not _begin(message, now=clock()):
        return Outcome(LOST)
    return _send(message, mail, transport=transport, clock=clock)


def _send(
    message: Message, mail: EmailMessage, *, transport: Transport, clock: DatabaseClock
) -> Outcome:
    try:
        provider_id = transport.send(mail)
    except TransportError as error:
        now = clock()
        outcome = _mark(message, now=now, **_after_failure(message, error, now))
        return outcome._replace(is_unreachable=isinstance(error, UnreachableError))
    except Exception:  # the time limit of the task, or a fault of ours: it may have left
        log.exception("sending message %s of kind %s broke off", message.pk, message.kind)
        now = clock()
        return _mark(message, now=now, **ambiguous(message, "broke_off", now=now))
    now = clock()
    return _mark(message, now=now, state=State.SENT, sent_at=now, provider_id=provider_id)


def _build(kind: Kind, message: Message) -> EmailMessage:
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
        return ambiguous(message, error.code, now=now)
    return _retry(message, now, error.code)


def ambiguous(
    message: Message, code: str, *, now: datetime, wait: timedelta = _RESEND_AFTER
) -> dict[str, Any]:
    """Return the changes to a row of which nobody knows whether it left."""
    kind = get_kind(message.kind)
    rule = kind.ambiguous.get(message.channel, "hold") if kind else "hold"
    again_at = now + wait
    is_late = message.not_after is not None and again_at > message.not_after
    if rule == "resend_once" and message.resends == 0 and not is_late:
        return {
            "state": State.PENDING,
            "resends": 1,
            "next_attempt_at": again_at,
            "last_error_code": code,
        }
    return {"state": State.UNKNOWN, "last_error_code": code}


def _retry(message: Message, now: datetime, code: str) -> dict[str, Any]:
    if message.attempts >= MOST_ATTEMPTS:
        return {"state": State.FAILED, "last_error_code": code}
    wait = delay_seconds(attempts=message.attempts, uniform=_random.uniform)
    next_attempt_at = now + timedelta(seconds=wait)
    if message.not_after is not None and next_attempt_at > message.not_after:
        return {"state": State.MISSED, "last_error_code": code}
    return {"state": State.PENDING, "next_attempt_at": next_attempt_at, "last_error_code": code}


def _wait_for_server(message: Message, error: UnreachableError, now: datetime) -> Outcome:
    """Nobody answered: not this message's fault, so the attempt does not count against it."""
    wait = timedelta(seconds=_random.uniform(0, _UNREACHABLE_WAIT_S))
    outcome = _mark(
        message,
        now=now,
        state=State.PENDING,
        attempts=F("attempts") - 1,
        next_attempt_at=now + wait,
        last_error_code=error.code,
    )
    return outcome._replace(is_unreachable=True)


def _mark(message: Message, *, now: datetime, state: str, **changes: Any) -> Outcome:
    """Leave the row in `state`, if we still hold its lease; commits on its own."""
    closed_at = None if state == State.PENDING else now
    marked = Message.objects.filter(
        pk=message.pk, lease_token=message.lease_token, state__in=[State.CLAIMED, State.SENDING]
    ).update(state=state, lease_token=None, lease_until=None, closed_at=closed_at, **changes)
    if not marked:
        return Outcome(LOST)
    if state in (State.FAILED, State.UNKNOWN):
        log.warning("message %s of kind %s: %s", message.pk, message.kind, state)
    return Outcome(str(state))


def take_back(message: Message, *, now: datetime) -> None:
    """Free a row whose sender is gone: its lease has run out.

    One that was only claimed has not left. The second time it waits as after a failure, which also
    parts it from the rows it was claimed with: should one of them kill its sender each time, that
    one fails after so many attempts, and the others go on.
    """
    if message.state == State.SENDING:
        changes = ambiguous(message, "sender_died", now=now, wait=timedelta())
    elif message.attempts == 1:
        changes = {"state": State.PENDING, "last_error_code": "sender_died"}
    else:
        changes = _retry(message, now, "sender_died")
    _mark(message, now=now, **changes)
