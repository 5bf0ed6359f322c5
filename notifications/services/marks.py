"""The steps of a row from `claimed` on, each one statement that names the lease's token."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from secrets import SystemRandom
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import F

from notifications.backends.errors import UnreachableError
from notifications.engine.backoff import MOST_ATTEMPTS, delay_seconds
from notifications.kinds import get_kind
from notifications.models import Message

if TYPE_CHECKING:
    from notifications.backends.transports import Transport

log = logging.getLogger(__name__)
State = Message.State
SEND_LEASE = timedelta(seconds=60)
SUSPECT = "sender_died"  # the code of rows that are claimed alone from then on
LOST = "lost"  # not a state: another sender holds the row by now, or it was taken back
Change = dict[str, Any]  # the new state and other columns of a row
_DEFAULT_AMBIGUOUS = {"sms": "ask_provider"}
_RESEND_AFTER = timedelta(seconds=60)
_UNREACHABLE_WAIT_S = 60
_random = SystemRandom()
# Marks one row and begins the next, in one commit. The next row may be locked by whoever is just
# taking it back: it is skipped, so that the mark never waits.
_SENT_AND_BEGIN = """
WITH sent AS (
  UPDATE notifications_message SET state = 'sent', sent_at = %(now)s, closed_at = %(now)s,
    provider_id = %(proof)s, lease_token = NULL, lease_until = NULL
  WHERE id = %(id)s AND lease_token = %(token)s AND state IN ('claimed', 'sending') RETURNING id),
begun AS (
  UPDATE notifications_message SET state = 'sending', started_at = %(now)s, lease_until = %(until)s
  WHERE id = (SELECT id FROM notifications_message
    WHERE id = %(next)s AND lease_token = %(token)s AND state = 'claimed' AND lease_until > %(now)s
    FOR UPDATE SKIP LOCKED) RETURNING id)
SELECT (SELECT count(*) FROM sent), (SELECT count(*) FROM begun)
"""


def begin(message: Message, *, now: datetime) -> bool:
    """Enter `sending`, if the row is still ours; committed before anything leaves."""
    begun = Message.objects.filter(
        pk=message.pk, state=State.CLAIMED, lease_token=message.lease_token, lease_until__gt=now
    ).update(state=State.SENDING, started_at=now, lease_until=now + SEND_LEASE)
    return begun == 1


def mark_sent(
    message: Message, *, provider_id: str, after: Message | None, now: datetime
) -> tuple[str, bool]:
    """Mark a row sent and begin the one `after` it, of the same claim.

    Returns:
        The state or `LOST`, and whether the next one has begun.
    """
    parameters: dict[str, Any] = {
        "now": now,
        "proof": provider_id,
        "id": message.pk,
        "token": message.lease_token,
        "next": after.pk if after is not None else None,
        "until": now + SEND_LEASE,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SENT_AND_BEGIN, parameters)
        sent, begun = cursor.fetchone()
    return str(State.SENT) if sent else LOST, bool(begun)


def mark(message: Message, *, now: datetime, state: str, **changes: Any) -> str:
    """Leave the row in `state`, if we still hold its lease, and return that or `LOST`."""
    closed_at = None if state == State.PENDING else now
    marked = Message.objects.filter(
        pk=message.pk, lease_token=message.lease_token, state__in=[State.CLAIMED, State.SENDING]
    ).update(state=state, lease_token=None, lease_until=None, closed_at=closed_at, **changes)
    if not marked:
        return LOST
    if state == State.UNKNOWN:
        log.error("message %s of kind %s: perhaps delivered", message.pk, message.kind)
    elif state == State.FAILED:
        log.warning("message %s of kind %s: not delivered", message.pk, message.kind)
    return str(state)


def ambiguous(
    message: Message,
    code: str,
    *,
    now: datetime,
    wait: timedelta = _RESEND_AFTER,
    transport: Transport | None = None,
) -> Change:
    """Return the change to a row of which nobody knows whether it left."""
    rule = _rule(message)
    if rule == "ask_provider" and transport is not None:
        proof = transport.ask(message.sms_reference)
        if proof:
            return {"state": State.SENT, "sent_at": now, "provider_id": proof}
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


def _rule(message: Message) -> str:
    kind = get_kind(message.kind)
    rule = kind.ambiguous.get(message.channel) if kind is not None else None
    return rule or _DEFAULT_AMBIGUOUS.get(message.channel, "hold")


def retry(message: Message, now: datetime, code: str) -> Change:
    """Return the change to a row that failed for now: again later, or never."""
    if message.attempts >= MOST_ATTEMPTS:
        return {"state": State.FAILED, "last_error_code": code}
    wait = delay_seconds(attempts=message.attempts, uniform=_random.uniform)
    next_attempt_at = now + timedelta(seconds=wait)
    if message.not_after is not None and next_attempt_at > message.not_after:
        return {"state": State.MISSED, "last_error_code": code}
    return {"state": State.PENDING, "next_attempt_at": next_attempt_at, "last_error_code": code}


def wait_for_server(error: UnreachableError, now: datetime) -> Change:
    """Nobody answered: not this message's fault, so the attempt does not count against it."""
    return {
        "state": State.PENDING,
        "attempts": F("attempts") - 1,
        "next_attempt_at": now + timedelta(seconds=_random.uniform(0, _UNREACHABLE_WAIT_S)),
        "last_error_code": error.code,
    }


def put_off(message: Message, until: datetime) -> Change:
    """Return the change to a row that should not disturb before `until`.

    A text message that would come too late then goes as a mail, which wakes nobody, unless one is
    owed beside it.
    """
    if message.not_after is not None and until > message.not_after:
        if message.channel != Message.Channel.SMS or _has_mail(message):
            return {"state": State.MISSED}
        return {
            "state": State.PENDING,
            "channel": Message.Channel.EMAIL,
            "attempts": F("attempts") - 1,
        }
    return {"state": State.PENDING, "attempts": F("attempts") - 1, "next_attempt_at": until}


def _has_mail(message: Message) -> bool:
    key = message.dedupe_key.removesuffix(f":{message.channel}")
    return Message.objects.filter(dedupe_key=f"{key}:{Message.Channel.EMAIL}").exists()


def take_back(message: Message, *, now: datetime, transport: Transport | None = None) -> None:
    """Free a row whose sender is gone: its lease has run out.

    One that was only claimed has not left, and the claim costs it no attempt: most likely a neighbor,
    or nothing of ours, killed the sender. But from now on it is claimed alone; if its sender dies
    then too, it waits as after a failure, and the eighth time it has failed.
    """
    if message.state == State.SENDING:
        change = ambiguous(message, SUSPECT, now=now, wait=timedelta(), transport=transport)
    elif message.last_error_code == SUSPECT:
        change = retry(message, now, SUSPECT)
    else:
        change = {
            "state": State.PENDING,
            "attempts": F("attempts") - 1,
            "last_error_code": SUSPECT,
        }
    mark(message, now=now, **change)
