"""Keys sign, retire without their seed, are withdrawn after a theft, and never stop a completion."""

from datetime import UTC, datetime, timedelta

import jwt
import pytest
from django.urls import reverse
from openbadgeslib.ob3.verifier import OB3VerificationError, OB3Verifier

from accounts.tests.factories import UserFactory
from core.rates import is_too_often
from programs.models import BadgeKey, Certificate
from programs.services.badge_keys import active_key, open_key, rotate_key, withdraw_keys
from programs.services.certificates import (
    issue_certificate,
    reissue_certificate,
    revoke_certificate,
)
from programs.tests.factories import EnrollmentFactory
from programs.views.certificates import CHECKS_AN_HOUR

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)
DID_PAGE = "/.well-known/did.json"


@pytest.fixture
def certificate():
    joined = NOW - timedelta(days=60)
    enrollment = EnrollmentFactory(accepted_at=joined, invited_at=joined, completed_at=NOW)
    return issue_certificate(enrollment=enrollment, now=NOW)


def verify(client, token: str) -> None:
    """As a verifier that asks the site for its keys."""
    issuer = jwt.decode(token, options={"verify_signature": False})["iss"]
    OB3Verifier.for_issuer_did(issuer, download=lambda _url: client.get(DID_PAGE).content).verify(
        token
    )


def test_a_retired_key_vouches_and_cannot_sign_again(certificate, client):
    old = active_key(now=NOW)[0]
    rotate_key(now=NOW)
    old.refresh_from_db()

    assert bytes(old.sealed) == b""
    verify(client, certificate.badge)


def test_after_a_theft_nothing_the_thief_signs_verifies_and_every_badge_is_signed_anew(
    certificate, client
):
    stolen, copy = open_key(BadgeKey.objects.get()), certificate.badge
    claims = jwt.decode(copy, options={"verify_signature": False})
    withdraw_keys(now=NOW)
    certificate.refresh_from_db()

    verify(client, certificate.badge)
    assert jwt.decode(certificate.badge, options={"verify_signature": False}) == claims
    assert stolen.kid not in client.get(DID_PAGE).content.decode()
    with pytest.raises(OB3VerificationError):
        verify(client, copy)
    assert set(Certificate.objects.values_list("badge_key__withdrawn_at", flat=True)) == {None}


def test_a_lost_secret_does_not_stop_a_completion(certificate, settings, client):
    settings.SECRET_KEY = "another"
    enrollment = EnrollmentFactory(completed_at=NOW)
    later = issue_certificate(enrollment=enrollment, now=NOW)

    assert later.badge_key != certificate.badge_key
    verify(client, later.badge)
    verify(client, certificate.badge)


def test_the_owner_withdraws_all_keys_with_one_button(certificate, client):
    client.force_login(UserFactory(practice_role="owner"))
    path = reverse("programs:badge_keys")
    active_key(now=NOW)
    client.post(path, {"copied": "1"})  # without saying that the secret was changed
    assert not BadgeKey.objects.exclude(withdrawn_at=None).exists()

    client.post(path, {"copied": "1", "changed": "1"})
    assert BadgeKey.objects.filter(withdrawn_at=None).count() == 1
    client.post(path)
    assert BadgeKey.objects.filter(withdrawn_at=None).count() == 2


@pytest.mark.parametrize(
    "path",
    [
        "/verify/%00abc/",
        "/verify/%F0%9F%98%80/",
        "/verify/..%2f..%2f/",
        "/badges/program-1/%00",
        "/badges/program-1/1.0%0d%0aSet-Cookie:x",
    ],
)
def test_odd_addresses_are_addresses_of_nothing(client, path):
    assert client.get(path).status_code == 404


def test_verifiers_in_a_browser_may_read_keys_and_revocations(certificate, client):
    for path in (DID_PAGE, reverse("programs:badge_status_list")):
        assert client.get(path).headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in client.get(certificate.get_absolute_url()).headers


def test_a_replaced_certificate_says_so_and_does_not_give_the_other_address(certificate, client):
    owner = UserFactory(practice_role="owner")
    new = reissue_certificate(certificate=certificate, by=owner, now=NOW)
    text = client.get(certificate.get_absolute_url()).content.decode()
    assert "This certificate was replaced" in text
    assert new.code not in text

    revoke_certificate(certificate=new, by=owner, reason="wrong person", now=NOW)
    for one in (certificate, new):
        assert "was revoked" in client.get(one.get_absolute_url()).content.decode()


def test_a_crowd_behind_a_proxy_is_not_one_caller(certificate, client, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    path = certificate.get_absolute_url()
    for _ in range(CHECKS_AN_HOUR):
        is_too_often(what="verify", key="203.0.113.9", most=CHECKS_AN_HOUR, seconds=3600)

    assert client.get(path, HTTP_X_FORWARDED_FOR="203.0.113.9").status_code == 429
    assert client.get(path, HTTP_X_FORWARDED_FOR="203.0.113.10").status_code == 200
