"""Seal what the database must not hold in the clear: the addresses of people's calendars.

Keys come from SECRET_KEY; what was sealed under one of SECRET_KEY_FALLBACKS still opens.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

__all__ = ["InvalidToken", "seal", "unseal"]


def _key(secret: str, purpose: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(
        secret.encode()
    )
    return Fernet(urlsafe_b64encode(derived))


def _keys(purpose: str) -> MultiFernet:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([_key(secret, purpose) for secret in secrets])


def seal(data: bytes, *, purpose: str) -> bytes:
    """Encrypt and sign `data`; only the same `purpose` opens it again."""
    return _keys(purpose).encrypt(data)


def unseal(token: bytes, *, purpose: str) -> bytes:
    """Open what `seal` made.

    Raises:
        InvalidToken: it was changed, sealed for another purpose, or its key is gone.
    """
    return _keys(purpose).decrypt(bytes(token))
