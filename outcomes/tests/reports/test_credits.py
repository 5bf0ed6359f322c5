"""Credit awarded, for an organization: whole groups only, so that no difference names anybody."""

from datetime import UTC, datetime, timedelta

import pytest

from outcomes.reports.cohort import cohort_report
from outcomes.reports.cohort_table import table_rows
from programs.models import CreditClaim
from programs.reports.credit_totals import credit_totals
from programs.reports.latest_snapshots import aggregates_at
from programs.tests.credit import enabled_offer
from programs.tests.factories import CohortFactory, EnrollmentFactory

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)


@pytest.fixture
def cohort():
    return CohortFactory()


@pytest.fixture
def claims(cohort):
    """Eleven, the first of 1.5 credits, an hour apart; the last an hour ago."""
    offer = enabled_offer(cohort.version, cohort.starts_on)
    return [
        CreditClaim.objects.create(
            enrollment=EnrollmentFactory(cohort=cohort), offer=offer, degree="md",
            amount=1 if number else 1.5, claimable=2, minutes=90,
            claimed_at=NOW - timedelta(hours=11 - number),
        )
        for number in range(11)
    ]  # fmt: skip


def totals(cohort, hours_ago=0.0):
    at = NOW - timedelta(hours=hours_ago)
    return [
        (one["people"], one["credits"]) for one in credit_totals(cohort=cohort, at=at, known_at=NOW)
    ]


def test_a_figure_rests_until_another_group_is_full(cohort, claims):
    assert totals(cohort, 7.5) == []  # four
    assert totals(cohort, 6.5) == [(5, 5.5)]  # five
    assert totals(cohort, 2.5) == [(5, 5.5)]  # nine
    assert totals(cohort) == [(10, 10.5)]  # eleven


def test_participation_and_what_was_taken_back_do_not_count(cohort, claims):
    claims[0].amount = 0
    claims[0].save()
    CreditClaim.objects.filter(pk=claims[1].pk).update(withdrawn_at=NOW)
    assert totals(cohort) == [(5, 5)]


def test_a_contract_that_asks_for_more_gets_larger_groups(cohort, claims):
    cohort.engagement.threshold_progress = 8
    assert totals(cohort) == [(8, 8.5)]
    cohort.engagement.threshold_progress = 12
    assert totals(cohort) == []


def test_the_report_shows_the_frozen_figure_under_its_own_mask(cohort, claims):
    frozen = aggregates_at(cohort=cohort, at=NOW, known_at=NOW)
    report = cohort_report(cohort=cohort, at=NOW, aggregates=frozen)
    assert [(row.people, row.words) for row in report.credits] == [(10, "10.5")]
    assert any("credit" in str(row[0]) and row[2:] == (10.5, 10) for row in table_rows(report))

    cohort.engagement.threshold_progress = 11  # raised after the figures were frozen
    assert cohort_report(cohort=cohort, at=NOW, aggregates=frozen).credits == ()


def test_older_snapshots_know_of_no_credit(cohort, claims):
    frozen = aggregates_at(cohort=cohort, at=NOW, known_at=NOW)
    del frozen["credits"]
    assert cohort_report(cohort=cohort, at=NOW, aggregates=frozen).credits == ()
