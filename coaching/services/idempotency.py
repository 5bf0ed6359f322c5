"""A repeated request returns its first booking."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from coaching.models import Booking, IdempotencyKey
from coaching.services.refusals import refuse

if TYPE_CHECKING:
    from accounts.models import User

KEEP = timedelta(days=7)


def take_key(
    *, actor: User, key: UUID, request: dict[str, Any], now: datetime
) -> IdempotencyKey | None:
    """Take `key` for this transaction; return the row of an earlier request made with it.

    A simultaneous request with the same key waits here until the first commits. A refusal rolls the
    row back with everything else.

    Raises:
        ValidationError: "key_reused": the earlier request asked for something else.
    """
    body = json.dumps(request, sort_keys=True, default=str).encode()
    digest = hashlib.sha256(body).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO coaching_idempotencykey (actor_id, key, request_sha256, created_at)"
            " VALUES (%s, %s, %s, %s) ON CONFLICT (actor_id, key) DO NOTHING",
            [actor.pk, key, digest, now],
        )
        if cursor.rowcount == 1:
            return None
    earlier = IdempotencyKey.objects.select_related("booking__coaching_session").get(
        actor=actor, key=key
    )
    if earlier.request_sha256 != digest:
        raise refuse("key_reused")
    return earlier


def use_key(*, actor: User, key: UUID, request: dict[str, Any], now: datetime) -> Booking | None:
    """`take_key()` of a single booking: return what an earlier request booked.

    Raises:
        ValidationError: "key_reused": the earlier request asked for something else.
    """
    earlier = take_key(actor=actor, key=key, request=request, now=now)
    if earlier is not None and earlier.booking is None:
        raise refuse("key_reused")
    return earlier.booking if earlier else None


def remember(*, actor: User, key: UUID, booking: Booking) -> None:
    """Note which booking came of `key`."""
    IdempotencyKey.objects.filter(actor=actor, key=key).update(booking=booking)


def answer_key(*, actor: User, key: UUID, answer: list[Any]) -> None:
    """Note what was answered to the series that used `key`."""
    IdempotencyKey.objects.filter(actor=actor, key=key).update(answer=answer)


def purge_keys(*, now: datetime) -> int:
    """Delete keys older than seven days; return how many."""
    return IdempotencyKey.objects.filter(created_at__lt=now - KEEP).delete()[0]
