"""Open Badges 3.0: a credential signed as a VC-JWT, and the list that says which are revoked.

Sources: Open Badges 3.0 (1EdTech), VC Data Model 2.0 and Bitstring Status List 1.0 (W3C), EdDSA in
JOSE (RFC 8037), JWK thumbprint (RFC 7638), did:web (W3C CCG).
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import quote, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from openbadgeslib.ob3.credential import Achievement, Evidence, Issuer, OpenBadgeCredential
from openbadgeslib.ob3.did import build_did_document
from openbadgeslib.ob3.status_list import build_status_list_credential, status_entry

LIST_SIZE = 131_072  # bits: the least that the status list's specification allows
ALGORITHM = "EdDSA"


@dataclass(frozen=True)
class KeyPair:
    """An Ed25519 key: 32 bytes of seed, the public JWK, and its thumbprint as key id."""

    seed: bytes
    public_jwk: dict[str, str]
    kid: str


@dataclass(frozen=True)
class BadgeFacts:
    """What a badge says; no name and no address of the holder, whom `recipient` names opaquely."""

    credential_url: str
    recipient: str
    issuer_did: str
    issuer_name: str
    issuer_url: str
    achievement_url: str
    title: str
    description: str
    criteria: str
    verify_url: str
    issued_at: datetime
    status_list_url: str
    status_index: int
    credits_available: float | None = None
    credits_earned: float | None = None


def new_key() -> KeyPair:
    return key_of(Ed25519PrivateKey.generate().private_bytes(
        Encoding.Raw, PrivateFormat.Raw, NoEncryption()
    ))  # fmt: skip


def key_of(seed: bytes) -> KeyPair:
    """Return the pair that grows from a 32-byte seed."""
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    jwk = {"crv": "Ed25519", "kty": "OKP", "x": _base64(public)}
    return KeyPair(seed, jwk, _thumbprint(jwk))


def did_of(site_url: str) -> str:
    """Return the did:web of a site: its host, and its port if it names one."""
    place = urlsplit(site_url).netloc
    return f"did:web:{quote(place, safe='.-')}"


def did_document(*, did: str, keys: Sequence[tuple[str, dict[str, str]]]) -> dict[str, Any]:
    """Publish the public keys, the active one first; retired ones still vouch for old badges."""
    return build_did_document(did, keys)


def sign_badge(*, facts: BadgeFacts, key: KeyPair) -> str:
    """Return the badge as a compact VC-JWT whose header names the key in the issuer's DID."""
    credential = OpenBadgeCredential(
        id=facts.credential_url,
        issuer=Issuer(id=facts.issuer_did, name=facts.issuer_name, url=facts.issuer_url),
        recipient_id=facts.recipient,
        name=facts.title,
        issuance_date=facts.issued_at,
        achievement=Achievement(
            id=facts.achievement_url,
            name=facts.title,
            description=facts.description,
            criteria_narrative=facts.criteria,
            achievement_type="Course",
            credits_available=facts.credits_available,
        ),
        credits_earned=facts.credits_earned,
        evidence=[Evidence(id=facts.verify_url, name="Certificate")],
        credential_status=[status_entry(facts.status_list_url, "revocation", facts.status_index)],
    )
    return _sign(credential.to_jwt_payload(), facts.issuer_did, key)


def sign_again(*, token: str, key: KeyPair) -> str:
    """Return a badge that was ours, word for word, under another key."""
    claims = jwt.decode(token, options={"verify_signature": False})
    return _sign(claims, str(claims["iss"]), key)


def sign_status_list(
    *, did: str, url: str, revoked: Iterable[int], at: datetime, until: datetime, key: KeyPair
) -> str:
    """Return the list of revoked badges as a VC-JWT, good until `until`."""
    document = build_status_list_credential(
        did, url, "revocation", revoked, LIST_SIZE, issued=at, valid_until=until
    )
    claims = {"iss": did, "jti": url, "nbf": int(at.timestamp()), "exp": int(until.timestamp())}
    return _sign({**document, **claims}, did, key)


def _sign(payload: dict[str, Any], did: str, key: KeyPair) -> str:
    private = Ed25519PrivateKey.from_private_bytes(key.seed)
    headers = {"kid": f"{did}#{key.kid}", "jwk": key.public_jwk, "typ": "JWT"}
    return jwt.encode(payload, private, algorithm=ALGORITHM, headers=headers)


def _thumbprint(jwk: dict[str, str]) -> str:
    canonical = json.dumps(jwk, sort_keys=True, separators=(",", ":"))
    return _base64(sha256(canonical.encode()).digest())


def _base64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
