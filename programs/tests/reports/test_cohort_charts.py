"""The charts say what the series says, and no more."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from programs.models import ProgressEvent
from programs.reports.cohort_charts import cohort_charts
from programs.reports.cohort_progress import cohort_progress
from programs.reports.cohort_series import cohort_series
from programs.tests.factories import CohortFactory, EnrollmentFactory

pytestmark = pytest.mark.django_db
STARTS = date(2026, 3, 2)
DAY = timedelta(days=1)


def charts_at(cohort, at):
    return cohort_charts(
        series=cohort_series(cohort=cohort, at=at), progress=cohort_progress(cohort=cohort, at=at)
    )


@pytest.fixture
def cohort():
    cohort = CohortFactory(starts_on=STARTS, ends_on=date(2026, 5, 1))
    joined = datetime(2026, 3, 1, 12, tzinfo=UTC)
    people = EnrollmentFactory.create_batch(6, cohort=cohort, accepted_at=joined, invited_at=joined)
    for person, days in zip(people, (2, 9, 9, 30, 30, 30), strict=True):
        for day in range(1, days, 3):
            at = joined + day * DAY
            ProgressEvent.objects.create(
                enrollment=person, kind="practiced", occurred_at=at, recorded_at=at, key=uuid4()
            )
    return cohort


def test_titles_name_the_newest_figures(cohort):
    charts = charts_at(cohort, datetime(2026, 3, 24, 12, tzinfo=UTC))

    assert charts.weeks == ("1", "2", "3", "4")
    assert charts.activity_title == "3 of 6 took part in week 3"
    assert charts.states_title == "6 of 6 are on pace or done in week 4"
    assert [sum(state["value"] for state in week) for week in charts.states] == [6, 6, 6, 6]


def test_no_curve_before_a_week_of_it_is_certain(cohort):
    assert charts_at(cohort, datetime(2026, 3, 20, 12, tzinfo=UTC)).survival is None
    survival = charts_at(cohort, datetime(2026, 4, 3, 12, tzinfo=UTC)).survival
    assert survival is not None
    assert survival.labels[0] == (0.0, "0")
    assert survival.labels[-1][0] == survival.end


def test_before_the_start_there_is_nothing_to_draw(cohort):
    assert charts_at(cohort, datetime(2026, 2, 20, tzinfo=UTC)).weeks == ()
