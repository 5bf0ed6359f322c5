"""Owe the digests of a day: when a date moves, in its transaction; when one comes, by the clock."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from notifications.models import Message
from notifications.services.messages import new_row
from programs.models import Cohort
from programs.notices.digests import digests_ahead

if TYPE_CHECKING:
    from collections.abc import Iterable

_BATCH = 500


@transaction.atomic
def owe_digests(*, cohort: Cohort, now: datetime) -> None:
    """Owe what the dates of `cohort`, as they are now, ask for within a day; twice is once."""
    _owe([cohort], now)


@transaction.atomic
def owe_due_digests(*, now: datetime) -> None:
    """Owe the digests of every running cohort; beat, each hour, so that no opening is missed."""
    _owe(Cohort.objects.filter(closed_at=None), now)


def _owe(cohorts: Iterable[Cohort], now: datetime) -> None:
    rows = [
        new_row(
            kind=owed.kind,
            subject=owed.subject,
            recipient=owed.recipient,
            rule=owed.rule,
            due_at=owed.due_at,
            not_after=owed.not_after,
            now=now,
        )
        for owed in digests_ahead(cohorts=cohorts, now=now)
    ]
    Message.objects.bulk_create(rows, ignore_conflicts=True, batch_size=_BATCH)
