"""The figures organization pages read: each cohort's last nightly snapshot."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from programs.models import Cohort, CohortSnapshot
from programs.services.snapshots import last_night, latest_snapshot


def frozen_figures(*, cohorts: Sequence[Cohort], now: datetime) -> dict[int, CohortSnapshot]:
    """Return last night's snapshot of each cohort by id; one that is missing is taken now.

    One query, unless a night's snapshots were not taken.
    """
    latest = {
        snapshot.cohort_id: snapshot
        for snapshot in CohortSnapshot.objects.filter(cohort__in=cohorts)
        .order_by("cohort_id", "-at")
        .distinct("cohort_id")
    }
    for cohort in cohorts:
        known = latest.get(cohort.pk)
        is_old = known is not None and known.at < last_night(cohort, now)
        if known is None or (is_old and cohort.closed_at is None):  # a closed one changes no more
            latest[cohort.pk] = latest_snapshot(cohort=cohort, now=now)
    return latest
