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


def use_key(*, actor: User, key: UUID, request: dict[str, Any], now: datetime) -> Booking | None:
    """Take `key` for this transaction; return the booking that an earlier request made with it.

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
    if earlier.request_sha256 != digest or earlier.booking is None:
        raise refuse("key_reused")
    return earlier.booking


def remember(*, actor: User, key: UUID, booking: Booking) -> None:
    """Note which booking came of `key`."""
    IdempotencyKey.objects.filter(actor=actor, key=key).update(booking=booking)


def purge_keys(*, now: datetime) -> int:
    """Delete keys older than seven days; return how many."""
    return IdempotencyKey.objects.filter(created_at__lt=now - KEEP).delete()[0]
