"""Plan several messages of one subject at once, and plan them again when circumstances change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from notifications.kinds import Owed
from notifications.models import Message
from notifications.services.messages import dedupe_key, new_row

if TYPE_CHECKING:
    from django.db.models import Model

State = Message.State
# What has not left, and may still be given another time.
UNSENT = (State.PENDING, State.SUPERSEDED, State.SKIPPED_LATE, State.MISSED)


def key_of(owed: Owed) -> str:
    return dedupe_key(
        kind=owed.kind,
        subject=owed.subject,
        recipient=owed.recipient,
        rule=owed.rule,
        channel=owed.channel,
    )


def owe_all(*, news: Iterable[Owed] = (), reminders: Iterable[Owed] = (), now: datetime) -> int:
    """Write messages in one statement; those that are owed already stay. Return how many were asked.

    News that are due now leave at once; a reminder that is due now was planned too late.
    """
    rows = [_row(one, now, is_news=True) for one in news]
    rows += [_row(one, now, is_news=False) for one in reminders]
    Message.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def owed_rows(*, kind: str, subject: Model, rev: int) -> dict[str, Message]:
    """Return the rows of one kind about a subject at a revision, by dedupe key."""
    rows = Message.objects.filter(
        kind=kind, subject_kind=subject._meta.label_lower, subject_id=subject.pk, subject_rev=rev
    )
    return {row.dedupe_key: row for row in rows}


@transaction.atomic
def plan_again(*, rows: dict[str, Message], owed: Sequence[Owed], now: datetime) -> None:
    """Make the reminders owed of one kind about one subject, at its revision, be exactly `owed`.

    A row that has not left gets its new time; one whose time is over already keeps the old. What is
    no longer wanted is taken back, what is new is owed.

    Args:
        rows: what is owed now, from `owed_rows`.
        owed: what should be.
        now: aware.
    """
    wanted = {key_of(one): one for one in owed}
    for key, one in wanted.items():
        row = rows.get(key)
        if row is None or row.state not in UNSENT or one.due_at <= now or _is_as(row, one):
            continue
        fresh = _row(one, now, is_news=False)
        Message.objects.filter(pk=row.pk, state__in=UNSENT).update(
            state=State.PENDING,
            due_at=fresh.due_at,
            not_after=fresh.not_after,
            next_attempt_at=fresh.next_attempt_at,
            attempts=0,
            closed_at=None,
        )
    gone = [row.pk for key, row in rows.items() if key not in wanted]
    Message.objects.filter(pk__in=gone, state=State.PENDING).update(
        state=State.SUPERSEDED, closed_at=now
    )
    owe_all(reminders=[one for key, one in wanted.items() if key not in rows], now=now)


def _is_as(row: Message, owed: Owed) -> bool:
    return row.state == State.PENDING and row.due_at == owed.due_at


def _row(owed: Owed, now: datetime, *, is_news: bool) -> Message:
    return new_row(
        kind=owed.kind,
        subject=owed.subject,
        recipient=owed.recipient,
        channel=owed.channel,
        rule=owed.rule,
        due_at=owed.due_at,
        not_after=owed.not_after,
        is_news=is_news,
        now=now,
    )
