"""Cohorts as lists show them: how many are in, and how it stood last night."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q

from programs.models import Cohort, CohortSnapshot, Engagement, Enrollment

if TYPE_CHECKING:
    from accounts.models import Organization, User

_HOLDS_SEAT = Q(voided_at=None, transferred_out_at=None, withdrawn_at=None)


@dataclass(frozen=True, slots=True)
class CohortLine:
    """`attention` counts those behind, lapsed or not started in the newest snapshot."""

    cohort: Cohort
    enrolled: int
    invited: int
    attention: int
    good: int  # on pace or completed, of the newest snapshot
    counted: int  # enrolled then
    phase: str  # planned | running | ended | closed
    week: int  # of the cohort, from 1; 0 before it starts
    weeks: int


@dataclass(frozen=True, slots=True)
class EngagementLine:
    engagement: Engagement
    seats_taken: int
    cohorts: tuple[CohortLine, ...]


def cohort_lines(*, cohorts: Iterable[Cohort], now: datetime) -> list[CohortLine]:
    """One line per cohort, in the order given: two queries."""
    wanted = list(cohorts)
    counts = {
        row["cohort"]: row
        for row in Enrollment.objects.filter(
            cohort__in=wanted, voided_at=None, transferred_out_at=None
        )
        .order_by()
        .values("cohort")
        .annotate(
            enrolled=Count("pk", filter=~Q(accepted_at=None)),
            invited=Count("pk", filter=Q(accepted_at=None, withdrawn_at=None)),
        )
    }
    # Only what a line says: a snapshot holds every week of a cohort.
    snapshots = {
        pk: {"states": states, "enrolled": enrolled}
        for pk, states, enrolled in CohortSnapshot.objects.filter(cohort__in=wanted)
        .order_by("cohort_id", "-at")
        .distinct("cohort_id")
        .values_list("cohort_id", "aggregates__states", "aggregates__enrolled")
    }
    return [
        _line(cohort, counts.get(cohort.pk, {}), snapshots.get(cohort.pk, {}), now)
        for cohort in wanted
    ]


def engagement_lines(
    *, organization: Organization, user: User, now: datetime
) -> list[EngagementLine]:
    """The contracts of an organization that `user` manages, each with its cohorts."""
    engagements = list(Engagement.objects.managed_by(user).filter(organization=organization))
    cohorts = (
        Cohort.objects.filter(engagement__in=engagements)
        .select_related("version__program", "engagement")
        .defer("version__content")
    )
    lines: dict[int, list[CohortLine]] = {}
    for line in cohort_lines(cohorts=cohorts, now=now):
        lines.setdefault(line.cohort.engagement_id, []).append(line)
    taken = dict(
        Enrollment.objects.filter(_HOLDS_SEAT, cohort__engagement__in=engagements)
        .order_by()
        .values_list("cohort__engagement")
        .annotate(taken=Count("pk"))
    )
    return [
        EngagementLine(engagement, taken.get(engagement.pk, 0), tuple(lines.get(engagement.pk, ())))
        for engagement in engagements
    ]


def _line(
    cohort: Cohort, counts: dict[str, Any], aggregates: dict[str, Any], now: datetime
) -> CohortLine:
    today = now.astimezone(cohort.zone).date()
    states = aggregates.get("states", {})
    phase = "running"
    if cohort.closed_at:
        phase = "closed"
    elif today < cohort.starts_on:
        phase = "planned"
    elif today > cohort.ends_on:
        phase = "ended"
    weeks = (cohort.ends_on - cohort.starts_on).days // 7 + 1
    elapsed = (today - cohort.starts_on).days
    return CohortLine(
        cohort=cohort,
        enrolled=counts.get("enrolled", 0),
        invited=counts.get("invited", 0),
        attention=sum(states.get(state, 0) for state in ("behind", "lapsed", "no_show")),
        good=states.get("on_pace", 0) + states.get("completed", 0),
        counted=aggregates.get("enrolled", 0),
        phase=phase,
        week=min(weeks, elapsed // 7 + 1) if elapsed >= 0 else 0,
        weeks=weeks,
    )
