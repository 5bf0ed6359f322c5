"""Many rows at once: the invitations of a roster, and the end of old rows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from notifications.models import Message
from notifications.services.messages import dedupe_key, new_message_id

if TYPE_CHECKING:
    from django.db.models import Model

KEPT = timedelta(days=90)
_DELETED_AT_ONCE = 5_000


def owe_all(
    *,
    kind: str,
    subjects: Iterable[tuple[Model, Any]],
    rule: str = "",
    not_after: datetime | None = None,
    now: datetime,
) -> None:
    """`owe()` by e-mail, due at once, for each (subject, recipient): one query per 1,000 rows.

    Owing one of them again changes nothing.
    """
    channel = Message.Channel.EMAIL
    rows = [
        Message(
            kind=kind,
            dedupe_key=dedupe_key(
                kind=kind, subject=subject, recipient=recipient, rule=rule, channel=channel
            ),
            subject_kind=subject._meta.label_lower,
            subject_id=subject.pk,
            subject_rev=int(getattr(subject, "rev", 1)),
            recipient=recipient,
            channel=channel,
            rule=rule,
            due_at=now,
            not_after=not_after,
            next_attempt_at=now,
            message_id=new_message_id(),
        )
        for subject, recipient in subjects
    ]
    Message.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)


def purge_closed(*, now: datetime) -> int:
    """Delete rows that ended ninety days ago, a few thousand a commit; return how many."""
    old = Message.objects.closed_before(now - KEPT).order_by("closed_at").values("pk")
    deleted = 0
    while count := Message.objects.filter(pk__in=old[:_DELETED_AT_ONCE]).delete()[0]:
        deleted += count
    return deleted
