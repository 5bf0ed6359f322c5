"""Owe a message, or take it back: rows in the transaction of whoever caused it."""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from notifications.models import Message

if TYPE_CHECKING:
    from django.db.models import Model

State = Message.State
_LONG_LEAD = timedelta(hours=12)
_SPREAD_S = 300


def owe(
    *,
    kind: str,
    subject: Model,
    recipient: Any = None,
    address: str = "",
    channel: str = "email",
    rule: str = "",
    due_at: datetime,
    not_after: datetime | None = None,
    is_reminder: bool = False,
    now: datetime,
) -> Message:
    """Write one owed message; owing the same again returns the first row.

    Args:
        kind: a registered name.
        subject: what it is about; its key and `rev` (1 if it has none) are kept, never its text.
        recipient: a user, or None with `address`.
        rule: which of several of one kind: "24h".
        due_at: when to send; aware.
        not_after: when it is worth nothing any more.
        is_reminder: already due when it is planned means it is skipped, not sent at once.
        now: the instant of planning; aware.
    """
    rev = int(getattr(subject, "rev", 1))
    subject_kind = subject._meta.label_lower
    who = str(recipient.pk) if recipient is not None else hashlib.sha256(address.encode()).hexdigest()[:16]
    dedupe_key = f"{kind}:{subject.pk}:{rev}:{who}:{rule}:{channel}"
    skipped = is_reminder and due_at <= now
    message = Message(
        kind=kind,
        dedupe_key=dedupe_key,
        subject_kind=subject_kind,
        subject_id=subject.pk,
        subject_rev=rev,
        recipient=recipient,
        address=address,
        channel=channel,
        rule=rule,
        due_at=due_at,
        not_after=not_after,
        state=State.SKIPPED_LATE if skipped else State.PENDING,
        next_attempt_at=due_at + _spread(dedupe_key, due_at - now),
        message_id=new_message_id(),
        closed_at=now if skipped else None,
    )
    Message.objects.bulk_create([message], ignore_conflicts=True)
    return Message.objects.get(dedupe_key=dedupe_key)


def new_message_id() -> str:
    """Return an RFC 5322 Message-ID in the sender's domain."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{uuid.uuid4()}@{domain}>"


def _spread(dedupe_key: str, lead: timedelta) -> timedelta:
    """Up to five minutes for long leads, so that a hundred reminders do not leave in one second."""
    if lead < _LONG_LEAD:
        return timedelta()
    digest = hashlib.sha256(dedupe_key.encode()).digest()
    return timedelta(seconds=int.from_bytes(digest[:4], "big") % _SPREAD_S)


def supersede(*, subject_kind: str, subject_id: int, below_rev: int) -> int:
    """Take back what is owed about older revisions of a subject; return how many rows.

    A message already being sent may still leave; whatever took it back owes its own news.
    """
    return Message.objects.filter(
        subject_kind=subject_kind,
        subject_id=subject_id,
        subject_rev__lt=below_rev,
        state__in=[State.PENDING, State.CLAIMED],
    ).update(state=State.SUPERSEDED, lease_token=None, lease_until=None, closed_at=timezone.now())


def database_now() -> datetime:
    """Return the database's clock: the only one by which messages are due."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        return cursor.fetchone()[0]
