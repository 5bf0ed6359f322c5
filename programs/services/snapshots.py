"""Freeze a cohort's aggregates: what its organization's pages read."""

from __future__ import annotations

from datetime import datetime, timedelta
from time import monotonic

from django.db import transaction
from django.db.models import Q

from programs.models import Cohort, CohortSnapshot
from programs.reports.latest_snapshots import last_night, make_snapshot

FOLLOWED_FOR = timedelta(days=60)  # after its end a cohort still changes by late work


@transaction.atomic
def take_snapshot(*, cohort: Cohort, at: datetime, now: datetime) -> CohortSnapshot:
    """Store the aggregates at `at`; the first snapshot of an instant stays.

    Args:
        at: the instant described, not after `now`.
        now: when it is taken: what is recorded later does not change it.
    """
    taken = CohortSnapshot.objects.filter(cohort=cohort, at=at).first()
    if taken is not None:
        return taken
    made = make_snapshot(cohort=cohort, at=at, now=now)
    # A conflict means that another worker was first.
    CohortSnapshot.objects.bulk_create([made], ignore_conflicts=True)
    return CohortSnapshot.objects.get(cohort=cohort, at=at)


def latest_snapshot(*, cohort: Cohort, now: datetime) -> CohortSnapshot:
    """Return last night's snapshot; it is taken now if the night's is missing."""
    return take_snapshot(cohort=cohort, at=last_night(cohort, now), now=now)


def take_due_snapshots(*, now: datetime, seconds: float = 40) -> int:
    """Take last night's snapshot of every running cohort that lacks it; return how many.

    Each is a transaction of its own; what does not fit into `seconds` waits for the next tick.
    """
    stop_at = monotonic() + seconds
    running = (
        Cohort.objects.filter(starts_on__lte=now.date(), ends_on__gte=(now - FOLLOWED_FOR).date())
        # Closed: one last snapshot, of the first midnight after.
        .filter(Q(closed_at=None) | Q(closed_at__gt=now - timedelta(days=2)))
        .order_by("pk")
    )
    recent = set(
        CohortSnapshot.objects.filter(
            cohort__in=running, at__gt=now - timedelta(days=2)
        ).values_list("cohort_id", "at")
    )
    taken = 0
    for cohort in running:
        at = last_night(cohort, now)
        if (cohort.pk, at) in recent:
            continue
        take_snapshot(cohort=cohort, at=at, now=now)
        taken += 1
        if monotonic() > stop_at:
            break
    return taken
