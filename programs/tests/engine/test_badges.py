"""A badge holds against two readers that know nothing of each other; a changed byte does not."""

import base64
import gzip
import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from openbadgeslib.ob3.verifier import OB3VerificationError, OB3Verifier

from programs.engine.badges import (
    BadgeFacts,
    did_document,
    did_of,
    key_of,
    new_key,
    sign_badge,
    sign_status_list,
)

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DID = "did:web:practice.example"
LIST = "https://practice.example/badges/revoked.jwt"
FACTS = BadgeFacts(
    credential_url="urn:uuid:5b1f0e57-6f0c-4a3e-9a52-8d1c2f3b7a10",
    recipient="urn:uuid:0b9cdd42-15d4-4f19-8a4e-d3f3c6b9a7e1",
    issuer_did=DID,
    issuer_name="Northlight",
    issuer_url="https://practice.example",
    achievement_url="https://practice.example/badges/foundations/1.0.0",
    title="Foundations of clinical empathy",
    description="Six weeks",
    criteria="All required steps done",
    verify_url="https://practice.example/verify/abc/",
    issued_at=NOW,
    status_list_url=LIST,
    status_index=4711,
    credits_available=1.5,
    credits_earned=1.25,
)


def unbase64(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def check_by_hand(token: str, document: dict) -> dict:
    """RFC 7515 and 8037 with nothing but a signature routine: the key comes from the DID document."""
    head, body, signature = token.split(".")
    header = json.loads(unbase64(head))
    assert header["alg"] == "EdDSA"
    (method,) = [one for one in document["verificationMethod"] if one["id"] == header["kid"]]
    assert method["publicKeyJwk"] | {"alg": None} == header["jwk"] | {"alg": None}
    public = Ed25519PublicKey.from_public_bytes(unbase64(method["publicKeyJwk"]["x"]))
    public.verify(unbase64(signature), f"{head}.{body}".encode())
    return json.loads(unbase64(body))


def fetcher(document, status_list=""):
    """What is published, by address; anything else is not there."""
    pages = {
        "https://practice.example/.well-known/did.json": json.dumps(document).encode(),
        LIST: status_list.encode(),
    }
    return lambda url: pages[url]


@pytest.fixture(scope="module")
def key():
    return new_key()


@pytest.fixture(scope="module")
def token(key):
    return sign_badge(facts=FACTS, key=key)


@pytest.fixture(scope="module")
def document(key):
    return did_document(did=DID, keys=[(key.kid, key.public_jwk)])


def test_the_library_and_a_reader_by_hand_agree(token, document):
    verifier = OB3Verifier.for_issuer_did(DID, download=fetcher(document))
    credential = verifier.verify(token, expected_recipient=FACTS.recipient)
    claims = check_by_hand(token, document)

    assert credential.achievement.name == claims["credentialSubject"]["achievement"]["name"]
    assert (credential.credits_earned, credential.achievement.credits_available) == (1.25, 1.5)
    assert claims["issuer"]["id"] == DID
    assert claims["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert "https://www.w3.org/ns/credentials/v2" in claims["@context"]


def test_no_changed_byte_passes(token, document):
    verifier = OB3Verifier.for_issuer_did(DID, download=fetcher(document))
    head, body, signature = token.split(".")
    for place in range(0, len(body), 97):
        letter = "A" if body[place] != "A" else "B"
        changed = f"{head}.{body[:place]}{letter}{body[place + 1 :]}.{signature}"
        with pytest.raises(OB3VerificationError):
            verifier.verify(changed)
        with pytest.raises((InvalidSignature, ValueError)):
            check_by_hand(changed, document)


def test_another_key_with_the_same_name_does_not_pass(document):
    forged = sign_badge(facts=FACTS, key=new_key())
    with pytest.raises(OB3VerificationError):
        OB3Verifier.for_issuer_did(DID, download=fetcher(document)).verify(forged)


def test_after_a_rotation_old_and_new_badges_verify(token, key):
    new = new_key()
    document = did_document(did=DID, keys=[(new.kid, new.public_jwk), (key.kid, key.public_jwk)])
    verifier = OB3Verifier.for_issuer_did(DID, download=fetcher(document))

    verifier.verify(token)
    verifier.verify(sign_badge(facts=FACTS, key=new))
    check_by_hand(token, document)


def test_a_revoked_one_is_told_by_the_list_and_by_its_bit(token, key, document):
    def listed(*revoked):
        # By the clock: the library compares with now.
        now = datetime.now(UTC)
        return sign_status_list(
            did=DID, url=LIST, revoked=revoked, at=now - timedelta(minutes=1),
            until=now + timedelta(days=1), key=key,
        )  # fmt: skip

    fine, revoked = listed(1, 2), listed(1, FACTS.status_index)
    OB3Verifier.for_issuer_did(DID, download=fetcher(document)).verify(
        token, check_status=True, download=fetcher(document, fine)
    )
    with pytest.raises(OB3VerificationError, match="revoked"):
        OB3Verifier.for_issuer_did(DID, download=fetcher(document)).verify(
            token, check_status=True, download=fetcher(document, revoked)
        )
    claims = check_by_hand(revoked, document)
    bits = gzip.decompress(unbase64(claims["credentialSubject"]["encodedList"][1:]))
    assert len(bits) * 8 >= 131_072
    assert bits[4711 // 8] & (0x80 >> (4711 % 8))
    assert sum(byte.bit_count() for byte in bits) == 2


def test_a_key_grows_from_its_seed_and_its_id_is_its_thumbprint():
    # RFC 8037, appendix A.2 and A.3.
    seed = unbase64("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A")
    pair = key_of(seed)

    assert pair.public_jwk["x"] == "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
    assert pair.kid == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


@pytest.mark.parametrize(
    ("site", "did"),
    [
        ("https://practice.example", "did:web:practice.example"),
        ("http://127.0.0.1:8000", "did:web:127.0.0.1%3A8000"),
    ],
)
def test_the_issuer_is_named_after_the_site(site, did):
    assert did_of(site) == did
