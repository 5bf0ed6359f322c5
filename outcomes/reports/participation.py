"""What an organization may see of a person: one of the three places of the employer firewall.

A `ParticipationRow` is all there is. It exists only under `completion` visibility, and only as far
as the person signed it: the stricter of contract and signed disclosure holds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from programs.models import Engagement, Enrollment, Item, ItemState, ProgressEvent

if TYPE_CHECKING:
    from accounts.models import Organization, User

INVITED, ACTIVE, COMPLETED, WITHDRAWN = "invited", "active", "completed", "withdrawn"
WORDS = {
    INVITED: _("invited"),
    ACTIVE: _("active"),
    COMPLETED: _("completed"),
    WITHDRAWN: _("withdrawn"),
}


_ROLES = Membership.objects.filter(
    user=OuterRef("clinician"),
    organization=OuterRef("cohort__engagement__organization"),
    role=Membership.Role.CLINICIAN,
)
# Leaving ends the organization's sight of a person; their own record stays theirs.
_HAS_LEFT = Exists(_ROLES) & ~Exists(_ROLES.filter(ended_at=None))
# Who was at a live session is nobody's business here: "active, 0 of 23" would tell it.
_STEPS = (
    ProgressEvent.objects.standing()
    .exclude(kind=ProgressEvent.Kind.ATTENDED)
    .filter(Q(item=None) | ~Q(item__kind=Item.Kind.LIVE))
)


@dataclass(frozen=True)
class ParticipationRow:
    """The five facts of one person in one cohort; a name sorts, nothing identifies further."""

    name: str
    unit: str
    cohort: str
    participation: str  # invited | active | completed | withdrawn
    required_done: int
    required_total: int

    @property
    def participation_words(self) -> str:
        return str(WORDS[self.participation])


def effective_visibility(enrollment: Enrollment) -> str:
    """Return the stricter of what the contract says and what the person signed."""
    visibilities = {enrollment.cohort.engagement.visibility}
    if enrollment.consent is not None:
        visibilities.add(enrollment.consent.disclosure.visibility)
    strict = Engagement.Visibility.AGGREGATE_ONLY
    return strict.value if strict in visibilities else Engagement.Visibility.COMPLETION.value


def participation_rows(
    *, organization: Organization, person: User | None = None
) -> list[ParticipationRow]:
    """Return the rows the admins of `organization` see, or only `person`'s, by name.

    Three queries, whatever the number of people.
    """
    enrollments = list(
        Enrollment.objects.filter(cohort__engagement__organization=organization)
        .filter(voided_at=None, transferred_out_at=None)
        .filter(~_HAS_LEFT)
        .select_related("clinician", "unit", "cohort__engagement", "consent__disclosure")
        .annotate(
            has_event=Exists(_STEPS.filter(enrollment=OuterRef("pk"))),
        )
    )
    named = [
        enrollment
        for enrollment in _named(enrollments)
        if person is None or enrollment.clinician_id == person.pk
    ]
    done = _required_done(named)
    totals = _required_totals({enrollment.cohort.version_id for enrollment in named})
    rows = [
        ParticipationRow(
            name=enrollment.clinician.name or enrollment.clinician.email,
            unit=enrollment.unit.name if enrollment.unit else "",
            cohort=enrollment.cohort.name,
            participation=_participation(enrollment),
            required_done=done.get(enrollment.pk, 0),
            required_total=totals.get(enrollment.cohort.version_id, 0),
        )
        for enrollment in named
    ]
    return sorted(rows, key=lambda row: (row.cohort, row.name.casefold()))


def _named(enrollments: Iterable[Enrollment]) -> list[Enrollment]:
    """Return those who may be named beside the totals of their cohort and of its units.

    A total less the rows of all who are named is a figure of those who are not. Where these are
    fewer than the smallest group, of a unit or of the cohort, nobody of it is named.
    """
    named: dict[int, list[Enrollment]] = {}
    unnamed: dict[int, list[Enrollment]] = {}
    for one in enrollments:
        by_name = effective_visibility(one) == Engagement.Visibility.COMPLETION
        (named if by_name else unnamed).setdefault(one.cohort_id, []).append(one)
    found: list[Enrollment] = []
    for cohort, people in named.items():
        k = people[0].cohort.engagement.threshold_progress
        counted = [one for one in unnamed.get(cohort, []) if one.accepted_at]
        units = Counter(one.unit_id for one in counted)
        hidden = [one for one in people if 0 < units[one.unit_id] < k]
        not_named = len(counted) + sum(one.accepted_at is not None for one in hidden)
        if not 0 < not_named < k:
            found += [one for one in people if not 0 < units[one.unit_id] < k]
    return found


def _participation(enrollment: Enrollment) -> str:
    if enrollment.completed_at:
        return COMPLETED
    if enrollment.withdrawn_at:
        return WITHDRAWN
    # Signing in without taking part is not shown apart from not having answered.
    return ACTIVE if enrollment.has_event else INVITED  # type: ignore[attr-defined]


def _required_done(enrollments: list[Enrollment]) -> Mapping[int, int]:
    counted = (
        ItemState.objects.filter(enrollment__in=enrollments, item__required=True)
        .exclude(done_at=None)
        .values_list("enrollment")
        .annotate(done=Count("pk"))
    )
    return dict(counted)


def _required_totals(version_ids: set[int]) -> Mapping[int, int]:
    counted = (
        Item.objects.filter(Q(module__version__in=version_ids), required=True)
        .values_list("module__version")
        .annotate(total=Count("pk"))
    )
    return dict(counted)
