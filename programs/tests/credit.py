"""An accredited provider's offer, and a learner who has answered the questions before a claim."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from accounts.tests.factories import UserFactory
from programs.models import CreditOffer
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
