"""Owe a message, or take it back: rows in the transaction of whoever caused it."""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from notifications.models import Message

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet

State = Message.State
_LONG_LEAD = timedelta(hours=12)
_LONG_SLACK = timedelta(hours=9)  # what a reminder with the long lead has
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
    now: datetime,
) -> Message:
    """Write one owed message; owing the same again returns the first row.

    Args:
        kind: a registered name.
        subject: what it is about; its key and `rev` (1 if it has none) are kept, never its text.
        recipient: a user, or None with `address`.
        rule: which of several of one kind: "24h".
        due_at: when to send; aware. `now` means at once; before `now` it is too late to plan, and the
            row is kept as `skipped_late`.
        not_after: when it is worth nothing any more.
        now: the instant of planning; aware.
    """
    message = new_row(
        kind=kind,
        subject=subject,
        recipient=recipient,
        address=address,
        channel=channel,
        rule=rule,
        due_at=due_at,
        not_after=not_after,
        now=now,
    )
    Message.objects.bulk_create([message], ignore_conflicts=True)
    return Message.objects.get(dedupe_key=message.dedupe_key)


def new_row(
    *,
    kind: str,
    subject: Model,
    recipient: Any = None,
    address: str = "",
    channel: str = "email",
    rule: str = "",
    due_at: datetime,
    not_after: datetime | None = None,
    is_news: bool = True,
    now: datetime,
) -> Message:
    """Return the unsaved row of one message; arguments as for `owe`.

    What is no news but reminds of something is too late already if it is due at `now`.
    """
    key = dedupe_key(
        kind=kind, subject=subject, recipient=recipient, address=address, rule=rule, channel=channel
    )
    skipped = due_at < now or (due_at == now and not is_news)
    return Message(
        kind=kind,
        dedupe_key=key,
        subject_kind=subject._meta.label_lower,
        subject_id=subject.pk,
        subject_rev=_revision(subject),
        recipient=recipient,
        address=address,
        channel=channel,
        rule=rule,
        due_at=due_at,
        not_after=not_after,
        state=State.SKIPPED_LATE if skipped else State.PENDING,
        next_attempt_at=due_at + _spread(key, due_at=due_at, not_after=not_after, now=now),
        message_id=new_message_id(),
        closed_at=now if skipped else None,
    )


def dedupe_key(
    *, kind: str, subject: Model, recipient: Any, address: str = "", rule: str, channel: str
) -> str:
    """Name one message: owing it twice finds the first row."""
    who = (
        recipient.pk if recipient is not None else hashlib.sha256(address.encode()).hexdigest()[:16]
    )
    return f"{kind}:{subject.pk}:{_revision(subject)}:{who}:{rule}:{channel}"


def _revision(subject: Model) -> int:
    return int(getattr(subject, "rev", 1))


def new_message_id() -> str:
    """Return an RFC 5322 Message-ID in the sender's domain."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{uuid.uuid4()}@{domain}>"


def _spread(key: str, *, due_at: datetime, not_after: datetime | None, now: datetime) -> timedelta:
    """Up to five minutes, so that a hundred reminders do not leave in one second.

    Only for what is planned long ahead and is as good a little later: a reminder an hour before a
    session leaves on its minute, however early it was planned.
    """
    has_slack = not_after is None or not_after - due_at >= _LONG_SLACK
    if due_at - now < _LONG_LEAD or not has_slack:
        return timedelta()
    digest = hashlib.sha256(key.encode()).digest()
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


def retry_failed_messages(
    *,
    kind: str | None = None,
    failed_within: timedelta,
    dry_run: bool = False,
    now: datetime,
) -> int:
    """Put failed messages that are still worth sending back in the queue; return how many.

    Args:
        kind: a registered name; None is every kind.
        failed_within: how long ago at most.
        dry_run: count only.
        now: aware.
    """
    failed = Message.objects.retryable(now).filter(
        state=State.FAILED, closed_at__gte=now - failed_within
    )
    if kind is not None:
        failed = failed.filter(kind=kind)
    return failed.count() if dry_run else _queue_again(failed, now)


def retry_message(*, message: Message, now: datetime) -> None:
    """Send one message again because a person says so, with the Message-ID it had.

    Raises:
        ValidationError: "not_retryable": on its way, delivered, no longer needed, or too late.
    """
    if not _queue_again(Message.objects.retryable(now).filter(pk=message.pk), now):
        raise ValidationError(_("That message cannot be sent again."), code="not_retryable")


def close_trouble(*, message: Message, actor: Any, now: datetime) -> None:
    """Note that a person has seen to a message that did not arrive; it asks for nothing any more.

    Raises:
        ValidationError: "not_troubled": it did arrive, may yet, or somebody was quicker.
    """
    closed = Message.objects.troubled().filter(pk=message.pk)
    if not closed.update(handled_at=now, handled_by=actor):
        raise ValidationError(_("Somebody has seen to that message already."), code="not_troubled")


def _queue_again(messages: QuerySet[Message], now: datetime) -> int:
    return messages.update(
        state=State.PENDING,
        attempts=0,
        resends=0,
        next_attempt_at=now,
        closed_at=None,
        handled_at=None,
        handled_by=None,
        last_error_code="",
    )
