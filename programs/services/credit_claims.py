"""Evaluate, then claim: a learner attests how much credit is theirs, once."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from programs.engine.credits import DEGREES, amount_words, is_quarter
from programs.models import (
    Certificate,
    CreditClaim,
    CreditEvaluation,
    CreditOffer,
    Enrollment,
    ExportState,
)
from programs.reports.claimable_offers import Chance, chance_of, is_covered
from programs.services.certificates import reissue_certificate
from programs.services.claim_ends import end_claims
from programs.services.progress import lock_enrollment

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User


@transaction.atomic
def evaluate_activity(
    *, enrollment: Enrollment, intends_change: str, bias: str, outcome: str, now: datetime
) -> CreditEvaluation:
    """Keep what the learner answered; a second time keeps the first.

    Raises:
        ValidationError: "not_completed"; by field.
    """
    locked = lock_enrollment(enrollment)
    if locked.completed_at is None:
        raise ValidationError(_("The program is not completed yet."), code="not_completed")
    known = CreditEvaluation.objects.filter(enrollment=locked).first()
    if known is not None:
        return known
    evaluation = CreditEvaluation(
        enrollment=locked,
        intends_change=intends_change,
        bias=bias,
        outcome=outcome,
        answered_at=now,
    )
    evaluation.full_clean()
    evaluation.save()
    return evaluation


@transaction.atomic
def claim_credit(
    *, enrollment: Enrollment, offer: CreditOffer, degree: str, amount: Decimal, now: datetime
) -> CreditClaim:
    """Award what the learner attests, and issue the certificate anew with it.

    Args:
        degree: as the learner says; one to whom the type's rule awards nothing takes part: zero.
        amount: in quarters, at most what the minutes allow.

    Raises:
        ValidationError: "offer_closed": ended, another edition, begun before it or completed
            after it; "evaluation_missing"; "claimed_already"; "no_certificate": it was revoked;
            "unknown_degree"; "not_a_quarter"; "too_much"; "nothing_to_claim".
    """
    locked = lock_enrollment(enrollment)
    held = CreditOffer.objects.select_for_update(of=("self",)).get(pk=offer.pk)
    if not is_covered(locked, held):
        raise ValidationError(_("This credit is not open to you."), code="offer_closed")
    if not CreditEvaluation.objects.filter(enrollment=locked).exists():
        raise ValidationError(
            _("Three questions about the program come first."), code="evaluation_missing"
        )
    if CreditClaim.objects.standing().filter(enrollment=locked).exists():
        raise ValidationError(_("You have claimed your credit already."), code="claimed_already")
    certificate = Certificate.objects.standing().filter(enrollment=locked).first()
    if certificate is None:
        raise ValidationError(
            _("There is no valid certificate to put it on. Ask your practice."),
            code="no_certificate",
        )
    if degree not in DEGREES:
        raise ValidationError(_("Choose your profession."), code="unknown_degree")
    chance = chance_of(locked, held)
    claim = CreditClaim(
        enrollment=locked,
        offer=held,
        degree=degree,
        amount=_checked(amount, chance) if chance.is_awarded_to(degree) else Decimal(0),
        claimable=chance.claimable,
        minutes=chance.minutes,
        claimed_at=now,
    )
    claim.full_clean(exclude=["enrollment", "offer"])
    claim.save()
    if held.registry and claim.amount:
        ExportState.objects.create(claim=claim)
    reissue_certificate(certificate=certificate, by=None, now=now)
    return claim


@transaction.atomic
def take_back_claim(*, claim: CreditClaim, by: User, reason: str, now: datetime) -> CreditClaim:
    """End a claim that was wrong; the certificate is issued anew without it. It may be made again.

    Raises:
        ValidationError: "reason_missing"; "taken_back_already".
    """
    if not reason.strip():
        raise ValidationError(_("Say why, in a few words."), code="reason_missing")
    locked = lock_enrollment(claim.enrollment)
    if not end_claims(enrollment=locked, by=by, reason=reason.strip(), now=now):
        raise ValidationError(_("It is taken back already."), code="taken_back_already")
    certificate = Certificate.objects.standing().filter(enrollment=locked).first()
    if certificate is not None:
        reissue_certificate(certificate=certificate, by=by, now=now)
    claim.refresh_from_db()
    return claim


def _checked(amount: Decimal, chance: Chance) -> Decimal:
    if chance.claimable == 0:
        raise ValidationError(
            _("Credit begins at a quarter of an hour; fewer minutes were counted."),
            code="nothing_to_claim",
        )
    if amount <= 0 or not is_quarter(amount):
        raise ValidationError(
            _("Claim in quarters: 0.25, 0.5, 0.75, 1 and so on."), code="not_a_quarter"
        )
    if amount > chance.claimable:
        raise ValidationError(
            _("At most %(most)s may be claimed for the time that was counted.")
            % {"most": amount_words(chance.claimable)},
            code="too_much",
        )
    return amount
