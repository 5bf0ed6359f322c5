"""An offer of credit by an invented provider, and one physician who completed and claimed it."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal

from accounts.models import User
from config.demo.cohorts import DemoCohort
from programs.models import Cohort, Enrollment, Item, ItemState
from programs.reports.claimable_offers import chances_of
from programs.services.checks import save_answer, submit_attempt
from programs.services.credit_claims import claim_credit, evaluate_activity
from programs.services.credit_offers import enable_offer, make_offer


def make_credit(*, cohorts: list[DemoCohort], now: datetime) -> None:
    """Of the cohort that is over: the offer was there before it began."""
    finished = min(cohorts, key=lambda demo: demo.cohort.starts_on).cohort
    _offer(finished)
    enrollment = _diligent_physician(finished)
    if enrollment is None:
        return
    at = now - timedelta(days=12)
    _pass_checks(enrollment, at)
    enrollment.refresh_from_db()
    later = at + timedelta(hours=2)
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
    """One who did every required step and came to all sessions."""
    required = Item.objects.filter(module__version=cohort.version, required=True)
    for enrollment in cohort.enrollments.live().filter(profession="physician").order_by("pk"):
        done = ItemState.objects.filter(enrollment=enrollment).exclude(done_at=None)
        present = enrollment.attendance.filter(status="present", superseded_at=None).count()
        if present == 3 and not required.exclude(pk__in=done.values("item")).exists():
            return enrollment
    return None


def _pass_checks(enrollment: Enrollment, at: datetime) -> None:
    checks = Item.objects.filter(
        module__version=enrollment.cohort.version, kind=Item.Kind.CHECK
    ).order_by("module__position", "position")
    for item in checks:
        for question in item.body["questions"]:
            save_answer(
                enrollment=enrollment,
                item=item,
                number=1,
                question_id=question["id"],
                options=[one["id"] for one in question["options"] if one["correct"]],
                now=at,
            )
        submit_attempt(enrollment=enrollment, item=item, number=1, now=at)
