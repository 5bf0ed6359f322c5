"""What the title of a report says before, during and after a cohort."""

from datetime import UTC, datetime

import pytest

from outcomes.reports.cohort import cohort_report
from outcomes.reports.hours import Hours
from outcomes.reports.organization import OrganizationOverview
from outcomes.reports.tallies import Tally
from programs.tests.factories import CohortFactory

pytestmark = pytest.mark.django_db
AT = datetime(2027, 3, 10, 6, tzinfo=UTC)


def report(starts_on: str, **states: int):
    cohort = CohortFactory(starts_on=starts_on, ends_on="2027-06-01", time_zone="America/Chicago")
    cohort.refresh_from_db()
    counted = (
        dict.fromkeys(("completed", "on_pace", "behind", "lapsed", "no_show", "withdrawn"), 0)
        | states
    )
    figures = {
        "enrolled": sum(states.values()),
        "states": counted,
        "modules": [],
        "attendance": {"present": 0, "excused": 0, "absent": 0, "unmarked": 0},
        "units": [],
    }
    return cohort_report(cohort=cohort, at=AT, aggregates=figures)


def tally(made):
    cohort = made.cohort
    return Tally(
        cohort_id=cohort.pk,
        starts_on=cohort.starts_on,
        time_zone=cohort.time_zone,
        is_closed=False,
        threshold=made.threshold,
        at=made.at,
        enrolled=made.enrolled.value,
        completed=made.count("completed"),
        on_pace=made.count("on_pace"),
    )


def test_before_the_start_a_report_says_when_it_starts():
    assert report("2027-03-20", on_pace=9).finding == "9 people have joined; it starts on 20 March"


def test_under_way_a_report_says_who_is_on_pace_of_how_many():
    assert (
        report("2027-03-01", on_pace=6, completed=2, behind=4).finding
        == "8 of 12 people are on pace or done"
    )


def test_an_overview_counts_pace_among_those_who_have_begun():
    begun, waiting = report("2027-03-01", on_pace=6, behind=4), report("2027-03-20", on_pace=9)
    overview = OrganizationOverview(
        organization=begun.cohort.engagement.organization,
        lines=[],
        tallies=[tally(waiting), tally(begun)],
        hours=Hours(),
        seats=40,
    )

    assert (overview.enrolled, overview.under_way, overview.on_pace) == (19, 10, 6)
    assert overview.finding == "6 of 10 people are on pace or done"
