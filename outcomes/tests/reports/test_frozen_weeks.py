"""A week that an organization saw is not told anew: the difference would be one person."""

from datetime import timedelta

import pytest
from django.utils import timezone

from outcomes.reports.frozen_weeks import frozen_weeks
from outcomes.tests.conftest import do_something
from programs.services.snapshots import latest_snapshot

pytestmark = pytest.mark.django_db


def weeks_on(cohort, now):
    snapshot = latest_snapshot(cohort=cohort, now=now)
    return frozen_weeks(cohort=cohort, snapshot=snapshot), snapshot.aggregates["weeks"]


def test_who_is_taken_off_the_list_stays_in_the_weeks_that_were_told(make_cohort):
    now = timezone.now()
    cohort = make_cohort(8, active=2, starts_on=now.date() - timedelta(days=10))
    first, _raw = weeks_on(cohort, now)
    assert first[0]["is_over"]
    one = cohort.enrollments.first()
    one.voided_at = now + timedelta(hours=1)
    one.save()

    later, raw = weeks_on(cohort, now + timedelta(days=1))

    # Without the memory the two nights differ by what the one who left had done.
    assert raw[0]["enrolled"] == first[0]["enrolled"] - 1
    assert later[0] == first[0]
    # The week that is running is told as it is.
    assert later[1]["enrolled"] == 7


def test_what_is_entered_late_does_not_change_a_week_that_was_told(make_cohort):
    now = timezone.now()
    cohort = make_cohort(8, starts_on=now.date() - timedelta(days=8))
    first, _raw = weeks_on(cohort, now)
    do_something(cohort.enrollments.first())

    later, raw = weeks_on(cohort, now + timedelta(days=1))

    assert raw[0]["active"] == first[0]["active"] + 1
    assert later[0]["active"] == first[0]["active"]


def test_it_takes_two_queries(make_cohort, django_assert_num_queries):
    now = timezone.now()
    cohort = make_cohort(5, starts_on=now.date() - timedelta(days=30))
    snapshot = latest_snapshot(cohort=cohort, now=now)
    with django_assert_num_queries(2):
        assert len(frozen_weeks(cohort=cohort, snapshot=snapshot)) == 5
