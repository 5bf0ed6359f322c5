"""An accredited provider's offer, and a learner who has answered the questions before a claim."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from accounts.tests.factories import UserFactory
from programs.models import CreditClaim, CreditOffer, ExportState
from programs.services.credit_claims import evaluate_activity
from programs.services.credit_offers import enable_offer, make_offer

DESIGNATION = "Acorn designates this activity for a maximum of 1.5 AMA PRA Category 1 Credits."


def offer_fields(version, starts_on: date, **fields) -> dict:
    return {
        "version": version,
        "credit_type": "ama",
        "maximum": Decimal("1.5"),
        "provider_name": "Acorn Medical Education",
        "provider_id": "1234567",
        "activity_id": "123456789",
        "designation": DESIGNATION,
        "reviewer": "Dr. Reviewer",
        "registry": "pars",
        "starts_on": starts_on,
        "expires_on": starts_on + timedelta(days=365),
        **fields,
    }


def enabled_offer(version, starts_on: date, **fields) -> CreditOffer:
    """Entered and enabled the day before its first one."""
    before = datetime.combine(starts_on - timedelta(days=1), time(9), UTC)
    offer = make_offer(**offer_fields(version, starts_on, **fields))
    return enable_offer(offer=offer, by=UserFactory(practice_role="owner"), now=before)


def evaluated(enrollment, now: datetime) -> None:
    evaluate_activity(
        enrollment=enrollment, intends_change="yes", bias="none", outcome="knowledge", now=now
    )


def credit_arguments(enrollment) -> dict:
    """A claim of a learner, its offer and its line for a registry, by the names of their ids."""
    now = datetime.now(UTC)
    offer = make_offer(**offer_fields(enrollment.cohort.version, now.date()))
    claim = CreditClaim.objects.create(
        enrollment=enrollment, offer=offer, degree="md", amount=1, claimable=1, minutes=60,
        claimed_at=now,
    )  # fmt: skip
    line = ExportState.objects.create(claim=claim, exported_at=now)
    return {
        "credit_offer_id": offer.public_id,
        "claim_id": claim.public_id,
        "line_id": line.public_id,
    }
