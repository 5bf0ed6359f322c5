"""The figures organization pages read: each cohort's last nightly snapshot."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Subquery

from outcomes.reports.tallies import Tally
from programs.engine.schedule import local_instant
from programs.models import Cohort, CohortSnapshot
from programs.services.snapshots import last_night, latest_snapshot


def frozen_figures(*, cohorts: Sequence[Cohort], now: datetime) -> dict[int, CohortSnapshot]:
    """Return last night's snapshot of each cohort by id; one that is missing is taken now.

    One query, unless a night's snapshots were not taken.
    """
    newest = CohortSnapshot.objects.filter(cohort=OuterRef("pk")).order_by("-at").values("pk")
    wanted = Cohort.objects.filter(pk__in=[cohort.pk for cohort in cohorts])
    latest = {
        snapshot.cohort_id: snapshot
        for snapshot in CohortSnapshot.objects.filter(
            pk__in=wanted.annotate(newest=Subquery(newest[:1])).values("newest")
        )
    }
    for cohort in cohorts:
        known = latest.get(cohort.pk)
        is_old = known is not None and known.at < last_night(cohort, now)
        if known is None or (is_old and cohort.closed_at is None):  # a closed one changes no more
            latest[cohort.pk] = latest_snapshot(cohort=cohort, now=now)
    return latest


def freeze_missing(*, tallies: Sequence[Tally], now: datetime) -> int:
    """Take last night's snapshot of each cohort that lacks it; return how many were taken."""
    nights = {
        zone: local_instant(now.astimezone(ZoneInfo(zone)).date(), time(), ZoneInfo(zone))
        for zone in {tally.time_zone for tally in tallies}
    }
    missing = [
        tally.cohort_id
        for tally in tallies
        if tally.at is None or (tally.at < nights[tally.time_zone] and not tally.is_closed)
    ]
    if missing:
        for cohort in Cohort.objects.filter(pk__in=missing).select_related("engagement"):
            latest_snapshot(cohort=cohort, now=now)
    return len(missing)
