"""Owe one kind of message about many subjects at once: the invitations of a roster."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from notifications.models import Message
from notifications.services.messages import dedupe_key, new_message_id

if TYPE_CHECKING:
    from django.db.models import Model


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
