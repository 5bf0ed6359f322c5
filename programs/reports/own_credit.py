"""Credit as its learner sees it: what is open, what was claimed, whether it is reported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from programs.models import Certificate, CreditClaim, CreditEvaluation, CreditIdentity
from programs.reports.claimable_offers import Chance, chances_of

if TYPE_CHECKING:
    from accounts.models import User
    from programs.models import Enrollment


@dataclass(frozen=True)
class OwnCredit:
    """Where one learner stands with the credit of one completed program."""

    chances: list[Chance]
    is_evaluated: bool
    claim: CreditClaim | None
    has_certificate: bool
    is_permitted: bool  # their license is on record for a registry

    @property
    def is_open(self) -> bool:
        return bool(self.chances) and self.claim is None and self.has_certificate

    @property
    def is_reportable(self) -> bool:
        """Credit was awarded that a registry would take."""
        return bool(self.claim and self.claim.amount and self.claim.offer.registry)

    @property
    def asks_permission(self) -> bool:
        return self.is_reportable and not self.is_permitted


@dataclass(frozen=True)
class OwnCertificate:
    certificate: Certificate
    credit: OwnCredit | None  # of a revoked one there is none


def own_credit(enrollment: Enrollment) -> OwnCredit:
    claim = (
        CreditClaim.objects.standing().filter(enrollment=enrollment).select_related("offer").first()
    )
    return OwnCredit(
        chances=[] if claim else chances_of(enrollment),
        is_evaluated=CreditEvaluation.objects.filter(enrollment=enrollment).exists(),
        claim=claim,
        has_certificate=Certificate.objects.standing().filter(enrollment=enrollment).exists(),
        is_permitted=CreditIdentity.objects.filter(person=enrollment.clinician_id).exists(),
    )


def own_certificates(user: User) -> list[OwnCertificate]:
    """The newest first; each valid one with its credit."""
    mine = (
        Certificate.objects.owned_by(user)
        .select_related("enrollment__cohort")
        .order_by("-issued_at", "-pk")
    )
    return [
        OwnCertificate(one, own_credit(one.enrollment) if one.is_valid else None) for one in mine
    ]
