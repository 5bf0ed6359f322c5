"""An organization admin's first page: one sentence, four tiles, the cohorts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from outcomes.reports.cohort import CohortReport, cohort_report
from outcomes.reports.hours import Hours, hours_of
from outcomes.reports.tallies import Tally
from programs.models import Cohort, CohortSnapshot, Engagement

if TYPE_CHECKING:
    from accounts.models import Organization


@dataclass(frozen=True)
class OrganizationOverview:
    organization: Organization
    reports: Sequence[CohortReport]  # of one page of its cohorts
    tallies: Sequence[Tally]  # of all
    hours: Hours
    seats: int

    @property
    def shown(self) -> list[Tally]:
        """Totals add up only what is shown, so that no hidden cohort is found by subtraction."""
        return [tally for tally in self.tallies if not tally.is_hidden]

    @property
    def enrolled(self) -> int:
        return sum(tally.enrolled for tally in self.shown)

    @property
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
            coming = [report for report in self.reports if not report.is_hidden]
            return coming[-1].finding if coming else _("Your next cohort is being prepared")
        return ngettext(
            "%(good)d of %(all)d person is on pace or done",
            "%(good)d of %(all)d people are on pace or done",
            self.under_way,
        ) % {"good": self.on_pace + self.completed, "all": self.under_way}


def cohorts_of(tallies: Iterable[Tally]) -> list[Cohort]:
    """Return the cohorts of some tallies, newest first, with what a report needs."""
    return list(
        Cohort.objects.filter(pk__in=[tally.cohort_id for tally in tallies])
        .select_related("engagement", "version__program")
        .defer("version__content")
        .order_by("-starts_on", "name")
    )


def organization_overview(
    *,
    organization: Organization,
    tallies: Sequence[Tally],
    cohorts: Sequence[Cohort],
    snapshots: Mapping[int, CohortSnapshot],
) -> OrganizationOverview:
    """Return the overview: totals of all `tallies`, and the reports of the `cohorts` of a page from
    their frozen figures, by cohort id in `snapshots`."""
    engagements = list(Engagement.objects.filter(organization=organization))
    return OrganizationOverview(
        organization=organization,
        tallies=tallies,
        reports=[
            cohort_report(
                cohort=cohort,
                at=snapshots[cohort.pk].at,
                aggregates=snapshots[cohort.pk].aggregates,
            )
            for cohort in cohorts
        ],
        hours=hours_of(engagements),
        seats=sum(engagement.seats for engagement in engagements),
    )
