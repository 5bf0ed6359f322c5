"""One certificate a completion, as it was printed; revoked apart from completion; a PDF for all."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from accounts.tests.factories import UserFactory
from notifications.models import Message
from programs.models import BadgeKey, Certificate, ProgressEvent
from programs.reports.certificate_document import certificate_pdf
from programs.services.badge_keys import active_key, open_key, rotate_key
from programs.services.certificates import (
    issue_certificate,
    issue_due_certificates,
    reissue_certificate,
    revoke_certificate,
)
from programs.tests.factories import EnrollmentFactory
from programs.views.certificates import CHECKS_AN_HOUR

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)  # still the 19th in New York
UGLY = "Zoë “Žofia” O'Łódź-Ødegård #let x = [*] \\ $ <b> مرحبا"


@pytest.fixture
def enrollment():
    joined = NOW - timedelta(days=60)
    return EnrollmentFactory(
        clinician=UserFactory(name="Ana Silva"), accepted_at=joined, invited_at=joined,
        completed_at=NOW,
    )  # fmt: skip


@pytest.fixture
def certificate(enrollment):
    return issue_certificate(enrollment=enrollment, now=NOW)


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_issuing_twice_is_issuing_once(enrollment, certificate):
    again = issue_certificate(enrollment=enrollment, now=NOW + timedelta(days=1))

    assert again.pk == certificate.pk
    assert certificate.completed_on.isoformat() == "2026-11-19"
    assert Message.objects.filter(kind="programs.certificate").count() == 1
    assert issue_due_certificates(now=NOW) == 0


def test_without_completion_there_is_none():
    enrollment = EnrollmentFactory(accepted_at=NOW, invited_at=NOW)
    with pytest.raises(ValidationError) as refusal:
        issue_certificate(enrollment=enrollment, now=NOW)
    assert refusal.value.code == "not_completed"
    assert issue_due_certificates(now=NOW) == 0


def test_what_another_road_completed_gets_one_later(enrollment):
    assert issue_due_certificates(now=NOW) == 1
    assert issue_due_certificates(now=NOW) == 0


def test_revoked_is_not_uncompleted_and_stays_told(enrollment, certificate):
    revoke_certificate(certificate=certificate, by=UserFactory(), reason="wrong person", now=NOW)
    enrollment.refresh_from_db()

    assert enrollment.completed_at == NOW
    assert not ProgressEvent.objects.filter(kind="voided").exists()
    assert issue_due_certificates(now=NOW) == 0  # nobody issues it again by itself
    with pytest.raises(ValidationError):
        revoke_certificate(certificate=certificate, by=UserFactory(), reason="again", now=NOW)


def test_a_corrected_name_needs_a_new_one(enrollment, certificate):
    enrollment.clinician.name = "Ana da Silva"
    enrollment.clinician.save()
    certificate.refresh_from_db()
    assert "Ana Silva" in text_of(certificate_pdf(certificate))

    new = reissue_certificate(certificate=certificate, by=UserFactory(), now=NOW)
    assert (new.holder_name, new.code != certificate.code) == ("Ana da Silva", True)
    certificate.refresh_from_db()
    assert not certificate.is_valid


@pytest.mark.parametrize("paper", ["us-letter", "a4"])
def test_the_pdf_is_tagged_and_shows_any_name_as_it_is(enrollment, paper):
    enrollment.clinician.name = UGLY
    enrollment.clinician.save()
    certificate = issue_certificate(enrollment=enrollment, now=NOW)
    pdf = certificate_pdf(certificate, paper=paper)
    reader = PdfReader(io.BytesIO(pdf))
    root = reader.trailer["/Root"]

    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title.startswith("Certificate:")
    assert b"pdfuaid:part" in reader.trailer["/Root"]["/Metadata"].get_data()
    assert len(reader.pages) == 1
    for part in ("#let x = [*] \\ $ <b>", "November 2026", certificate.code, "no continuing"):
        assert part in text_of(pdf)
    assert pdf == certificate_pdf(certificate, paper=paper)


def test_a_very_long_name_keeps_to_one_page(enrollment):
    enrollment.clinician.name = "Wolfeschlegelsteinhausenbergerdorff " * 4
    enrollment.clinician.save()
    certificate = issue_certificate(enrollment=enrollment, now=NOW)
    assert len(PdfReader(io.BytesIO(certificate_pdf(certificate))).pages) == 1


def test_whoever_has_the_code_sees_what_it_says_and_nothing_else(enrollment, certificate, client):
    address = certificate.get_absolute_url()
    text = client.get(address).content.decode()

    assert "This certificate is valid" in text
    assert "Ana Silva" in text
    for private in (
        enrollment.clinician.email,
        enrollment.cohort.name,
        enrollment.cohort.engagement.organization.name,
        str(enrollment.public_id),
    ):
        assert private not in text
    revoke_certificate(certificate=certificate, by=UserFactory(), reason="CANARY", now=NOW)
    told = client.get(address).content.decode()
    assert "was revoked" in told
    assert "CANARY" not in told
    assert client.get(address.replace(certificate.code, "x" * 26)).status_code == 404


def test_guessing_codes_is_slowed(client):
    cache.clear()
    path = reverse("programs:certificate_verify", args=["z" * 26])
    caller = {"REMOTE_ADDR": "198.51.100.7"}  # of this test alone: the count outlives it
    answers = [client.get(path, **caller).status_code for _ in range(CHECKS_AN_HOUR + 1)]
    assert answers == [404] * CHECKS_AN_HOUR + [429]


def test_keys_and_revocations_are_published(certificate, client):
    key = BadgeKey.objects.get()
    document = client.get("/.well-known/did.json").json()
    assert document["verificationMethod"][0]["publicKeyJwk"] == key.public_jwk
    assert bytes(key.sealed) != open_key(key).seed
    assert client.get(reverse("programs:badge_status_list")).status_code == 200

    rotate_key(now=NOW)
    assert BadgeKey.objects.filter(retired_at=None).count() == 1
    assert len(client.get("/.well-known/did.json").json()["verificationMethod"]) == 2
    assert active_key(now=NOW)[0].kid != key.kid


def test_a_file_is_for_its_holder_alone(certificate):
    for name in ("certificate_file", "certificate_badge"):
        path = reverse(f"programs:{name}", args=[certificate.public_id])
        holder, stranger = Client(), Client()
        holder.force_login(certificate.enrollment.clinician)
        stranger.force_login(UserFactory())
        assert holder.get(path).status_code == 200
        assert stranger.get(path).status_code == 404
    assert Certificate.objects.count() == 1
