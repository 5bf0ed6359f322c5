"""What waits to be reported to a registry of credit, each line with what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from programs.engine.registry_rows import RegistryRow, faults_of
from programs.models import CreditClaim, CreditIdentity, ExportState
from programs.models.credit_offers import CreditType, Degree
from programs.reports.credit_identities import open_identity
from programs.reports.registry_words import fault_words

if TYPE_CHECKING:
    from datetime import date

    from programs.models.credit_claims import ExportStateQuerySet

_TYPES = {
    CreditType.AMA: "AMA PRA Category 1",
    CreditType.NURSING: "ANCC contact hours",
    CreditType.INTERPROFESSIONAL: "IPCE",
    CreditType.OTHER: "Other",
}


@dataclass(frozen=True)
class RegistryLine:
    state: ExportState
    row: RegistryRow
    faults: tuple[str, ...]  # codes; none: it may go

    @property
    def reasons(self) -> list[str]:
        return [fault_words(code) for code in self.faults]

    @property
    def name(self) -> str:
        return str(self.state.claim.enrollment.clinician)


def registry_lines(lines: ExportStateQuerySet, *, today: date) -> list[RegistryLine]:
    """Check each of `lines`: two queries, however many."""
    found = list(
        lines.select_related(
            "claim__offer", "claim__enrollment__clinician", "claim__enrollment__cohort"
        ).order_by("pk")
    )
    people = {line.claim.enrollment.clinician_id for line in found}
    kept = {row.person_id: row for row in CreditIdentity.objects.filter(person__in=people)}
    return [_line(line, kept.get(line.claim.enrollment.clinician_id), today) for line in found]


def decided_lines(lines: ExportStateQuerySet) -> ExportStateQuerySet:
    """What a registry has answered, the latest first."""
    return (
        lines.exclude(state=ExportState.State.PENDING)
        .select_related("claim__offer", "claim__enrollment__clinician")
        .order_by("-decided_at", "-pk")
    )


def counts_by_profession(registry: str) -> list[tuple[str, str, str, int, int]]:
    """(activity, type, profession, awarded, took part): JA-PARS mostly asks for these."""
    counted = (
        CreditClaim.objects.standing()
        .filter(offer__registry=registry)
        .values_list("offer__activity_id", "offer__credit_type", "degree")
        .annotate(awarded=Count("pk", filter=Q(amount__gt=0)), all=Count("pk"))
        .order_by("offer__activity_id", "offer__credit_type", "degree")
    )
    return [
        (activity, _TYPES[CreditType(kind)], str(Degree(degree).label), awarded, every - awarded)
        for activity, kind, degree, awarded, every in counted
    ]


def _line(state: ExportState, kept: CreditIdentity | None, today: date) -> RegistryLine:
    claim, offer = state.claim, state.claim.offer
    identity = open_identity(kept) if kept else None
    completed = claim.enrollment.completed_at
    row = RegistryRow(
        action=state.action,
        provider_id=offer.provider_id,
        activity_id=offer.activity_id,
        credit_type=_TYPES[CreditType(offer.credit_type)],
        credits=claim.amount,
        completed_on=(completed or claim.claimed_at)
        .astimezone(claim.enrollment.cohort.zone)
        .date(),
        moc_points=offer.moc_points,
        record=str(state.public_id),
        identity=identity,
    )
    faults = faults_of(row, today=today)
    if claim.withdrawn_at and state.action == ExportState.Action.ADD:
        return RegistryLine(state, row, ("ended",))
    if kept and identity is None:
        faults = ["sealed" if fault == "permission" else fault for fault in faults]
    return RegistryLine(state, row, tuple(faults))
