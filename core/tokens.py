"""Tokens for links in mail.

Mail text is made at send time, so a link's token must be the same each time one message is
rendered; and the database must hold only its hash. Hence a keyed hash of what the link stands for:
whoever has the database alone cannot derive it.
"""

import base64
import hashlib
import hmac
import struct
from typing import NamedTuple
from uuid import UUID

from django.conf import settings

_LINK = struct.Struct(">16sIQ")


def derive_token(*, purpose: str, subject: object, revision: int) -> str:
    """Return the 43-character URL-safe token (256 bits) of one purpose, subject and revision."""
    key = hashlib.sha256(f"rapport.link.{purpose}:{settings.SECRET_KEY}".encode()).digest()
    digest = hmac.new(key, f"{subject}:{revision}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def hash_token(token: str) -> str:
    """Return the SHA-256 hex digest under which a token is stored and looked up."""
    return hashlib.sha256(token.encode()).hexdigest()


class SignedLink(NamedTuple):
    """What a signed link is about, and until when it is good."""

    subject: UUID
    revision: int
    expires: int  # epoch seconds


def sign_link(*, purpose: str, link: SignedLink) -> str:
    """Return an 80-character token good for one purpose: nothing of it needs to be stored."""
    body = _LINK.pack(link.subject.bytes, link.revision, link.expires)
    return base64.urlsafe_b64encode(body + _signature(purpose, body)).decode()


def read_link(token: str, *, purpose: str) -> SignedLink | None:
    """Return what `sign_link` was given for this purpose, or None if it did not make the token.

    Whether it is still good is for the caller to say.
    """
    try:
        raw = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
    except ValueError:
        return None
    body, signature = raw[: _LINK.size], raw[_LINK.size :]
    if len(body) != _LINK.size or not hmac.compare_digest(signature, _signature(purpose, body)):
        return None
    subject, revision, expires = _LINK.unpack(body)
    return SignedLink(UUID(bytes=subject), revision, expires)


def _signature(purpose: str, body: bytes) -> bytes:
    key = hashlib.sha256(f"rapport.signed.{purpose}:{settings.SECRET_KEY}".encode()).digest()
    return hmac.new(key, body, hashlib.sha256).digest()
