"""From the certificate to credit: questions, claim, license; each for its learner alone."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from accounts.tests.factories import UserFactory
from programs.models import Certificate, CreditClaim, CreditEvaluation, CreditIdentity, ItemState
from programs.reports.credit_identities import open_identity
from programs.services.certificates import issue_certificate
from programs.tests.credit import DESIGNATION, enabled_offer
from programs.tests.factories import CohortFactory, EnrollmentFactory, ItemFactory

pytestmark = pytest.mark.django_db
ANSWERS = {"intends_change": "yes", "bias": "none", "outcome": "competence"}
LICENSE = {
    "given_name": "Ana",
    "family_name": "Silva",
    "birth_month": "2",
    "birth_day": "29",
    "license_state": "IL",
    "license_id": "036-CANARY",
    "permission": "on",
}


@pytest.fixture
def enrollment(client):
    now = datetime.now(UTC)
    cohort = CohortFactory(version__modules=1)
    made = EnrollmentFactory(cohort=cohort, completed_at=now - timedelta(hours=1))
    item = ItemFactory(module=cohort.version.modules.get(), minutes=75)
    ItemState.objects.create(enrollment=made, item=item, done_at=now - timedelta(days=1))
    issue_certificate(enrollment=made, now=now)
    client.force_login(made.clinician)
    return made


@pytest.fixture
def url(enrollment):
    return reverse("programs:credit_claim", args=[enrollment.public_id])


@pytest.fixture
def offer(enrollment):
    return enabled_offer(enrollment.cohort.version, enrollment.cohort.starts_on)


def test_the_whole_way_from_the_certificate_to_credit(client, url, enrollment, offer):
    listed = reverse("programs:certificate_list")
    assert url in client.get(listed).content.decode()

    questions = client.get(url).content.decode()
    assert "Counted without your name" in questions
    assert DESIGNATION not in questions
    assert client.post(url, ANSWERS).status_code == 302
    again = client.post(url, ANSWERS)  # pressed twice
    assert (again.status_code, again.url) == (302, url)
    assert CreditEvaluation.objects.get().outcome == "competence"

    page = client.get(url).content.decode()
    assert DESIGNATION in page
    assert "75 minutes were counted for you: you may claim up to 1.25" in page
    claim = {"offer": offer.public_id, "degree": "do", "amount": "1.00", "attested": "on"}
    assert client.post(url, claim).status_code == 302
    assert Certificate.objects.standing().get().credits == 1

    after = client.get(listed).content.decode()
    assert "1 AMA PRA Category 1 Credit(s)™ awarded." in after
    assert url not in after
    assert reverse("programs:credit_identity") in after
    assert "Claimed" in client.get(url).content.decode()
    again = client.post(url, claim)  # pressed twice
    assert (again.status_code, again.url) == (302, url)
    assert CreditClaim.objects.count() == 1
    assert client.post(reverse("programs:credit_identity"), LICENSE).status_code == 302
    assert "It is reported under your license." in client.get(listed).content.decode()
    verify = client.get(Certificate.objects.standing().get().get_absolute_url()).content.decode()
    assert "1 AMA PRA Category 1 Credit(s)™ awarded." in verify


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"amount": "1.5"}, "At most 1.25 may be claimed"),
        ({"amount": "0.3"}, "Claim in quarters"),
        ({"amount": ""}, "This field is required"),
        ({"attested": ""}, "This field is required"),
        ({"offer": "another"}, "Select a valid choice"),
    ],
)
def test_a_claim_that_is_refused_says_why_and_writes_nothing(client, url, offer, change, words):
    client.post(url, ANSWERS)
    claim = {"offer": offer.public_id, "degree": "md", "amount": "1", "attested": "on"} | change
    answer = client.post(url, claim)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not CreditClaim.objects.exists()


def test_without_an_offer_there_is_completion_and_no_credit(client, url):
    assert "Completion, no credit" in client.get(url).content.decode()
    assert client.post(url, ANSWERS).status_code == 422
    assert not CreditEvaluation.objects.exists()
    assert url not in client.get(reverse("programs:certificate_list")).content.decode()


def test_somebody_elses_credit_does_not_exist(client, url, offer):
    client.force_login(UserFactory(practice_role="owner"))
    assert client.get(url).status_code == 404
    assert client.post(url, ANSWERS).status_code == 404


def test_a_license_is_sealed_never_shown_again_and_forgotten_on_request(client, enrollment):
    path = reverse("programs:credit_identity")
    assert client.post(path, LICENSE).status_code == 302
    row = CreditIdentity.objects.get(person=enrollment.clinician)

    assert open_identity(row).license_id == "036-CANARY"
    assert b"CANARY" not in bytes(row.sealed)
    assert "CANARY" not in client.get(path).content.decode()
    client.post(reverse("programs:credit_identity_forget"))
    assert not CreditIdentity.objects.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"license_id": ""}, "A license number or an NPI is needed."),
        ({"license_state": ""}, "Use the two letters"),
        ({"npi": "1234567890"}, "the last one checks the others"),
        ({"birth_month": "4", "birth_day": "31"}, "Month and day of birth"),
        ({"permission": ""}, "This field is required"),
    ],
)
def test_a_license_that_a_registry_would_refuse_is_refused_here(client, enrollment, change, words):
    answer = client.post(reverse("programs:credit_identity"), LICENSE | change)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not CreditIdentity.objects.exists()
