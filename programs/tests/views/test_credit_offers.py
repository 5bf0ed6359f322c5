"""The owner's pages of credit: enter, change, offer, end; rules; a claim taken back."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import UserFactory
from programs.models import CreditEvaluation, CreditOffer, CreditRuleChange
from programs.services.certificates import issue_certificate
from programs.tests.credit import credit_arguments, enabled_offer, evaluated, offer_fields
from programs.tests.factories import CohortFactory, EnrollmentFactory, ProgramVersionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client):
    person = UserFactory(practice_role="owner")
    client.force_login(person)
    return person


@pytest.fixture
def entered(owner):
    """What the form sends of an offer that begins in a week."""
    first = timezone.localdate() + timedelta(days=7)
    fields = offer_fields(ProgramVersionFactory(modules=0), first)
    return fields | {
        "version": fields["version"].pk,
        "format": "blended",
        "counts_online": "on",
        "measures": ["knowledge", "competence"],
    }


def detail(offer: CreditOffer) -> str:
    return reverse("programs:credit_offer_detail", args=[offer.public_id])


def test_enter_change_offer_and_end(client, entered):
    answer = client.post(reverse("programs:credit_offer_create"), entered)
    offer = CreditOffer.objects.get()
    assert (answer.status_code, answer.url) == (302, detail(offer))
    assert (offer.measures, offer.counts_live, offer.is_open) == (
        ["knowledge", "competence"], False, False,
    )  # fmt: skip

    client.post(detail(offer), entered | {"reviewer": "Another"})
    client.post(reverse("programs:credit_offer_enable", args=[offer.public_id]))
    offer.refresh_from_db()
    assert (offer.reviewer, offer.is_open) == ("Another", True)
    assert "offered" in client.get(reverse("programs:credit_offer_list")).content.decode()

    client.post(reverse("programs:credit_offer_end", args=[offer.public_id]))
    assert "ended" in client.get(detail(offer)).content.decode()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"maximum": "1.1"}, "Credit comes in quarters"),
        ({"designation": ""}, "This field is required"),
        ({"expires_on": "2020-01-01"}, "The last day must not lie before the first"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(client, entered, change, words):
    answer = client.post(reverse("programs:credit_offer_create"), entered | change)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not CreditOffer.objects.exists()


def test_an_offer_that_has_begun_is_not_enabled_and_says_why(client, entered):
    today = timezone.localdate().isoformat()
    client.post(reverse("programs:credit_offer_create"), entered | {"starts_on": today})
    offer = CreditOffer.objects.get()
    answer = client.post(
        reverse("programs:credit_offer_enable", args=[offer.public_id]), follow=True
    )
    assert "Credit is designated before an activity begins." in answer.content.decode()
    offer.refresh_from_db()
    assert not offer.is_open


def test_a_rule_is_entered_with_its_day(client, owner):
    path = reverse("programs:credit_rule_list")
    assert client.get(path).content.decode().count("not yet") == 4  # compared with no manual
    rule = {
        "credit_type": "ama", "in_force_from": timezone.localdate().isoformat(),
        "unit": "credits", "minutes_per_credit": "60", "degrees": ["md"], "years_kept": "6",
        "designated_before": "on", "source": "A manual", "checked_on": "2026-11-01",
    }  # fmt: skip
    assert client.post(path, rule | {"in_force_from": "2020-01-01"}).status_code == 422
    assert client.post(path, rule).status_code == 302
    assert CreditRuleChange.objects.get().entered_by == owner
    assert client.get(path).content.decode().count("not yet") == 3


def test_a_claim_is_taken_back_with_a_reason(client, owner):
    now = datetime.now(UTC)
    enrollment = EnrollmentFactory(completed_at=now)
    issue_certificate(enrollment=enrollment, now=now)
    ids = credit_arguments(enrollment)
    path = reverse("programs:credit_claim_take_back", args=[ids["claim_id"]])

    assert client.post(path, {"reason": ""}).status_code == 422
    assert client.post(path, {"reason": "wrong amount"}).status_code == 302
    page = client.get(reverse("programs:credit_offer_detail", args=[ids["credit_offer_id"]]))
    assert "taken back" in page.content.decode()
    assert client.get(path).status_code == 404


def test_answers_are_counted_in_groups_of_ten(client, owner):
    cohort = CohortFactory()
    offer = enabled_offer(cohort.version, cohort.starts_on)
    now = datetime.now(UTC)
    label = str(CreditEvaluation.Outcome.KNOWLEDGE.label)
    counted = []
    for number in range(11):
        enrollment = EnrollmentFactory(cohort=cohort, completed_at=now)
        evaluated(enrollment, now)
        offer.claims.create(
            enrollment=enrollment, degree="md", amount=1, claimable=1, minutes=60 + number,
            claimed_at=now,
        )  # fmt: skip
        if number >= 8:
            text = client.get(detail(offer)).content.decode()
            counted.append((label in text, "<strong>10</strong>" in text))
    assert counted == [(False, False), (True, True), (True, True)]  # nine, ten, eleven
