"""An offer of credit by an invented provider, and one physician who completed and claimed it."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal

from accounts.models import User
from config.demo.cohorts import DemoCohort
from programs.models import Cohort, Enrollment
from programs.reports.claimable_offers import chances_of
from programs.services.credit_claims import claim_credit, evaluate_activity
from programs.services.credit_offers import enable_offer, make_offer


def make_credit(*, cohorts: list[DemoCohort], now: datetime) -> None:
    """Of the cohort that is over: the offer was there before it began."""
    finished = min(cohorts, key=lambda demo: demo.cohort.starts_on).cohort
    _offer(finished)
    enrollment = _diligent_physician(finished)
    if enrollment is None:
        return
    later = now - timedelta(days=12)
    evaluate_activity(
        enrollment=enrollment,
        intends_change="yes",
        bias="none",
        outcome="competence",
        now=later,
    )
    (chance,) = chances_of(enrollment)
    claim_credit(
        enrollment=enrollment,
        offer=chance.offer,
        degree="md",
        amount=min(chance.claimable, Decimal("4.5")),
        now=later,
    )


def _offer(cohort: Cohort) -> None:
    offer = make_offer(
        version=cohort.version,
        credit_type="ama",
        maximum=Decimal(6),
        provider_name="Fairwater Continuing Education (invented)",
        provider_id="0000000",
        activity_id="000000000",
        designation=(
            "Fairwater Continuing Education designates this activity for a maximum of 6 "
            "AMA PRA Category 1 Credits™. Invented, for the demo."
        ),
        reviewer="Dr. Invented Reviewer",
        registry="pars",
        starts_on=cohort.starts_on,
        expires_on=cohort.starts_on + timedelta(days=365),
    )
    before = datetime.combine(cohort.starts_on - timedelta(days=10), time(15), cohort.zone)
    owner = User.objects.practice_staff().get(practice_role="owner")
    enable_offer(offer=offer, by=owner, now=before)


def _diligent_physician(cohort: Cohort) -> Enrollment | None:
    """One who completed the program and came to all sessions."""
    complete = cohort.enrollments.live().filter(profession="physician").exclude(completed_at=None)
    for enrollment in complete.order_by("pk"):
        if enrollment.attendance.filter(status="present", superseded_at=None).count() == 3:
            return enrollment
    return None
