"""An organization admin's first page: one sentence, four tiles, the cohorts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from outcomes.models import Release
from outcomes.reports.hours import Hours, hours_of
from outcomes.reports.outcome_report import outcome_report
from outcomes.reports.tallies import Tally
from programs.models import Cohort, Engagement

if TYPE_CHECKING:
    from accounts.models import Organization

OUTCOMES_SHOWN = 3


@dataclass(frozen=True)
class CohortLine:
    """A cohort on the first page: the title of its report leads there."""

    cohort: Cohort
    finding: str


@dataclass(frozen=True)
class OutcomeLine:
    """A released report on the first page: its title leads there."""

    release: Release
    finding: str


@dataclass(frozen=True)
class OrganizationOverview:
    organization: Organization
    lines: Sequence[CohortLine]  # of one page of its cohorts
    tallies: Sequence[Tally]  # of all
    hours: Hours
    seats: int
    outcomes: Sequence[OutcomeLine] = ()  # the newest released, last first

    @cached_property
    def shown(self) -> list[Tally]:
        """Totals add up only what is shown, so that no hidden cohort is found by subtraction."""
        return [tally for tally in self.tallies if not tally.is_hidden]

    @property
    def enrolled(self) -> int:
        return sum(tally.enrolled for tally in self.shown)

    @cached_property
    def begun(self) -> list[Tally]:
        return [tally for tally in self.shown if tally.has_begun]

    @property
    def under_way(self) -> int:
        """People of cohorts that have begun: what pace and completion are counted of."""
        return sum(tally.enrolled for tally in self.begun)

    @property
    def completed(self) -> int:
        return sum(tally.completed for tally in self.begun)

    @property
    def on_pace(self) -> int:
        return sum(tally.on_pace for tally in self.begun)

    @property
    def has_hidden(self) -> bool:
        return len(self.shown) < len(self.tallies)

    @property
    def finding(self) -> str:
        if not self.tallies:
            return _("Your first cohort is being prepared")
        if not self.shown:
            return _("Figures appear when enough people have joined")
        if not self.begun:
            return self.shown[-1].finding
        return ngettext(
            "%(good)d of %(all)d person is on pace or done",
            "%(good)d of %(all)d people are on pace or done",
            self.under_way,
        ) % {"good": self.on_pace + self.completed, "all": self.under_way}


def _lines(tallies: Iterable[Tally]) -> list[CohortLine]:
    by_key = {tally.cohort_id: tally for tally in tallies}
    cohorts = (
        Cohort.objects.filter(pk__in=by_key)
        .select_related("version__program")
        .defer("version__content")
        .order_by("-starts_on", "name")
    )
    return [CohortLine(cohort, by_key[cohort.pk].finding) for cohort in cohorts]


def _outcomes(organization: Organization) -> list[OutcomeLine]:
    newest = Release.objects.filter(
        wave__cohort__engagement__organization=organization, payload__baseline__isnull=False
    ).order_by("-released_at")
    return [
        OutcomeLine(release, outcome_report(release.payload).finding)
        for release in newest[:OUTCOMES_SHOWN]
    ]


def organization_overview(
    *, organization: Organization, tallies: Sequence[Tally], page: Iterable[Tally]
) -> OrganizationOverview:
    """Return the overview: totals of all `tallies`, and a line for each cohort of a `page`."""
    engagements = list(Engagement.objects.filter(organization=organization))
    return OrganizationOverview(
        organization=organization,
        tallies=tallies,
        lines=_lines(page),
        outcomes=_outcomes(organization),
        hours=hours_of(engagements),
        seats=sum(engagement.seats for engagement in engagements),
    )
