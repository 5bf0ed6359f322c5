"""The practice's signing key: made when first needed, changed at will, never thrown away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection, transaction

from core.encryption import seal, unseal
from programs.engine.badges import KeyPair, key_of, new_key
from programs.models import BadgeKey

if TYPE_CHECKING:
    from datetime import datetime

_PURPOSE = "programs.badge_key"
_LOCK = 0x62616467  # "badg": two first certificates must not make two keys


@transaction.atomic
def active_key(*, now: datetime) -> tuple[BadgeKey, KeyPair]:
    """Return the key that signs now; the first call makes it."""
    row = BadgeKey.objects.filter(retired_at=None).first()
    if row is None:
        _lock()
        row = BadgeKey.objects.filter(retired_at=None).first() or _make(now)
    return row, open_key(row)


@transaction.atomic
def rotate_key(*, now: datetime) -> BadgeKey:
    """Retire the active key and make another; what the old one signed still verifies."""
    _lock()
    BadgeKey.objects.filter(retired_at=None).update(retired_at=now)
    return _make(now)


def open_key(row: BadgeKey) -> KeyPair:
    """Unseal a key.

    Raises:
        InvalidToken: SECRET_KEY was changed and the old one is not among its fallbacks.
    """
    return key_of(unseal(bytes(row.sealed), purpose=_PURPOSE))


def public_keys() -> list[tuple[str, dict[str, str]]]:
    """Return (key id, public JWK) of every key, the active one first."""
    rows = BadgeKey.objects.order_by("-created_at")
    ordered = sorted(rows, key=lambda row: row.retired_at is not None)
    return [(row.kid, row.public_jwk) for row in ordered]


def _make(now: datetime) -> BadgeKey:
    pair = new_key()
    return BadgeKey.objects.create(
        kid=pair.kid,
        public_jwk=pair.public_jwk,
        sealed=seal(pair.seed, purpose=_PURPOSE),
        created_at=now,
    )


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
