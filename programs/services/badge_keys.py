"""The practice's signing key: made when first needed, changed at will, never thrown away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection, transaction

from core.encryption import InvalidToken, seal, unseal
from programs.engine.badges import KeyPair, key_of, new_key, sign_again
from programs.models import BadgeKey, Certificate

if TYPE_CHECKING:
    from datetime import datetime

_PURPOSE = "programs.badge_key"
_LOCK = 0x62616467  # "badg": two first certificates must not make two keys


@transaction.atomic
def active_key(*, now: datetime) -> tuple[BadgeKey, KeyPair]:
    """Return the key that signs now; the first call makes it.

    One that cannot be opened any more (SECRET_KEY was lost) is retired, and another made: nobody's
    completion waits for it.
    """
    row, pair = _opened()
    if row is None or pair is None:
        _lock()
        row, pair = _opened()
        if row is None or pair is None:
            row = rotate_key(now=now)
            pair = open_key(row)
        return row, pair
    _lock(is_shared=True)  # no key is withdrawn between here and what it signs
    row = BadgeKey.objects.get(retired_at=None)
    return row, open_key(row)


@transaction.atomic
def rotate_key(*, now: datetime) -> BadgeKey:
    """Retire the active key and make another; what the old one signed still verifies.

    The seed of the old one is deleted: who copies the database later cannot sign with it.
    """
    _lock()
    BadgeKey.objects.filter(retired_at=None).update(retired_at=now, sealed=b"")
    return _make(now)


@transaction.atomic
def withdraw_keys(*, now: datetime) -> BadgeKey:
    """Stop vouching for every key there is, as after a theft; sign all badges anew with another.

    Copies of badges that are out there verify no more: their holders take them again.
    """
    key = rotate_key(now=now)
    pair = open_key(key)
    BadgeKey.objects.exclude(pk=key.pk).filter(withdrawn_at=None).update(withdrawn_at=now)
    certificates = list(Certificate.objects.select_for_update(of=("self",)).order_by("pk"))
    for certificate in certificates:
        certificate.badge = sign_again(token=certificate.badge, key=pair)
        certificate.badge_key = key
    Certificate.objects.bulk_update(certificates, ["badge", "badge_key"], batch_size=500)
    return key


def open_key(row: BadgeKey) -> KeyPair:
    """Unseal a key.

    Raises:
        InvalidToken: SECRET_KEY was changed and the old one is not among its fallbacks.
    """
    return key_of(unseal(bytes(row.sealed), purpose=_PURPOSE))


def public_keys() -> list[tuple[str, dict[str, str]]]:
    """Return (key id, public JWK) of every key that vouches, the active one first."""
    rows = BadgeKey.objects.filter(withdrawn_at=None).order_by("-created_at")
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


def _opened() -> tuple[BadgeKey | None, KeyPair | None]:
    """The active key, and its pair unless it cannot be opened."""
    row = BadgeKey.objects.filter(retired_at=None).first()
    try:
        return row, open_key(row) if row else None
    except InvalidToken:
        return row, None


def _lock(*, is_shared: bool = False) -> None:
    """Signing is shared; making, retiring and withdrawing are alone."""
    name = "pg_advisory_xact_lock_shared" if is_shared else "pg_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {name}(%s)", [_LOCK])
