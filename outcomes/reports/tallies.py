"""The newest frozen count of each cohort of an organization: what its first page adds up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Subquery

from outcomes.reports.findings import cohort_finding, too_few
from programs.models import Cohort, CohortSnapshot

if TYPE_CHECKING:
    from accounts.models import Organization


@dataclass(frozen=True, slots=True)
class Tally:
    cohort_id: int
    starts_on: date
    time_zone: str
    is_closed: bool
    threshold: int
    at: datetime | None = None  # None: nothing frozen yet
    enrolled: int = 0
    completed: int = 0
    on_pace: int = 0

    @property
    def is_hidden(self) -> bool:
        """Too small to show, like the cohort's own report."""
        return self.enrolled < self.threshold

    @property
    def has_begun(self) -> bool:
        zone = ZoneInfo(self.time_zone)
        return self.at is not None and self.starts_on <= self.at.astimezone(zone).date()

    @property
    def finding(self) -> str:
        """The title of the cohort's own report."""
        if self.is_hidden:
            return too_few()
        return cohort_finding(
            enrolled=self.enrolled,
            completed=self.completed,
            on_pace=self.on_pace,
            starts_on=self.starts_on,
            has_begun=self.has_begun,
        )


def tallies(organization: Organization) -> list[Tally]:
    """One for each cohort, newest first: two queries, whatever was frozen how often."""
    cohorts = Cohort.objects.filter(engagement__organization=organization)
    newest = CohortSnapshot.objects.filter(cohort=OuterRef("pk")).order_by("-at").values("pk")
    frozen = CohortSnapshot.objects.filter(
        pk__in=cohorts.annotate(newest=Subquery(newest[:1])).values("newest")
    ).values_list(
        "cohort_id",
        "at",
        "aggregates__enrolled",
        "aggregates__states__completed",
        "aggregates__states__on_pace",
    )
    found = {row[0]: row[1:] for row in frozen}
    return [
        Tally(pk, starts_on, zone, closed_at is not None, threshold, *found.get(pk, ()))
        for pk, starts_on, zone, closed_at, threshold in cohorts.order_by(
            "-starts_on", "name"
        ).values_list("pk", "starts_on", "time_zone", "closed_at", "engagement__threshold_progress")
    ]
