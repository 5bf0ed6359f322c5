"""Tokens for links in mail.

Mail text is made at send time, so a link's token must be the same each time one message is
rendered; and the database must hold only its hash. Hence a keyed hash of what the link stands for:
whoever has the database alone cannot derive it.
"""

import base64
import hashlib
import hmac

from django.conf import settings


def derive_token(*, purpose: str, subject: object, revision: int) -> str:
    """Return the 43-character URL-safe token (256 bits) of one purpose, subject and revision."""
    key = hashlib.sha256(f"rapport.link.{purpose}:{settings.SECRET_KEY}".encode()).digest()
    digest = hmac.new(key, f"{subject}:{revision}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def hash_token(token: str) -> str:
    """Return the SHA-256 hex digest under which a token is stored and looked up."""
    return hashlib.sha256(token.encode()).hexdigest()
