from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from programs import tasks
from programs.models import CohortSnapshot, ProgressEvent
from programs.reports.cohort_progress import cohort_progress
from programs.reports.latest_snapshots import aggregates_at, latest_snapshots
from programs.services.snapshots import latest_snapshot, take_due_snapshots, take_snapshot
from programs.tests.factories import CohortFactory, EnrollmentFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
MIDNIGHT = datetime(2026, 3, 20, 4, tzinfo=UTC)  # in New York


@pytest.fixture
def cohort():
    cohort = CohortFactory(starts_on=date(2026, 3, 2), ends_on=date(2026, 5, 1))
    EnrollmentFactory.create_batch(
        2, cohort=cohort, accepted_at=NOW - timedelta(days=10), invited_at=NOW - timedelta(days=12)
    )
    return cohort


def event(cohort, at, recorded_at):
    return ProgressEvent.objects.create(
        enrollment=cohort.enrollments.first(),
        kind="practiced",
        occurred_at=at,
        recorded_at=recorded_at,
        key=uuid4(),
    )


def test_a_snapshot_holds_counts_and_no_person(cohort):
    snapshot = take_snapshot(cohort=cohort, at=MIDNIGHT, now=NOW)

    assert snapshot.aggregates["enrolled"] == 2
    assert sum(snapshot.aggregates["states"].values()) == 2
    text = str(snapshot.aggregates)
    for enrollment in cohort.enrollments.all():
        assert enrollment.clinician.name not in text
        assert enrollment.clinician.email not in text


def test_a_snapshot_equals_recomputation_even_after_backdated_entries(cohort):
    event(cohort, NOW - timedelta(days=3), NOW - timedelta(days=3))
    snapshot = take_snapshot(cohort=cohort, at=MIDNIGHT, now=NOW)
    event(cohort, NOW - timedelta(days=2), NOW + timedelta(days=1))
    for enrollment in cohort.enrollments.all()[1:]:
        enrollment.voided_at = NOW + timedelta(days=1)
        enrollment.save()

    again = aggregates_at(cohort=cohort, at=snapshot.at, known_at=snapshot.taken_at)

    assert again == snapshot.aggregates
    assert again["weeks"][-1]["active"] == 1
    today = aggregates_at(cohort=cohort, at=snapshot.at, known_at=NOW + timedelta(days=2))
    assert today["weeks"] != again["weeks"]
    assert cohort_progress(cohort=cohort, at=snapshot.at).enrolled == 1


def test_the_first_snapshot_of_an_instant_stays(cohort):
    first = take_snapshot(cohort=cohort, at=MIDNIGHT, now=NOW)
    event(cohort, NOW - timedelta(days=3), NOW)

    assert take_snapshot(cohort=cohort, at=MIDNIGHT, now=NOW + timedelta(hours=1)) == first
    assert CohortSnapshot.objects.count() == 1


def test_due_snapshots_are_taken_once_for_running_cohorts(cohort):
    CohortFactory(starts_on=date(2026, 4, 2), ends_on=date(2026, 5, 1))  # to come
    CohortFactory(starts_on=date(2025, 4, 2), ends_on=date(2025, 5, 1))  # long over
    CohortFactory(
        starts_on=date(2026, 3, 2), ends_on=date(2026, 5, 1), closed_at=NOW - timedelta(days=9)
    )

    assert take_due_snapshots(now=NOW) == 1
    assert take_due_snapshots(now=NOW + timedelta(hours=1)) == 0
    assert take_due_snapshots(now=NOW + timedelta(days=1)) == 1
    assert [snapshot.at for snapshot in CohortSnapshot.objects.order_by("at")] == [
        MIDNIGHT,
        MIDNIGHT + timedelta(days=1),
    ]


def test_no_time_left_means_one_at_a_time(cohort):
    CohortFactory(starts_on=date(2026, 3, 2), ends_on=date(2026, 5, 1))

    assert take_due_snapshots(now=NOW, seconds=-1) == 1


def test_a_missing_night_is_taken_at_first_view(cohort):
    assert latest_snapshot(cohort=cohort, now=NOW).at == MIDNIGHT
    assert CohortSnapshot.objects.count() == 1


def test_newest_snapshots_are_read_in_one_query(cohort, count_queries):
    cohorts = [cohort, CohortFactory(starts_on=date(2026, 3, 2), ends_on=date(2026, 5, 1))]
    take_due_snapshots(now=NOW)
    with count_queries() as captured:
        found = latest_snapshots(cohorts=cohorts, now=NOW)

    assert len(captured) == 1
    assert {snapshot.at for snapshot in found.values()} == {MIDNIGHT}


def test_the_tasks_run(cohort):
    tasks.take_due_snapshots()
    tasks.empty_old_rosters()

    assert tasks.take_due_snapshots.name == "programs.take_due_snapshots"
