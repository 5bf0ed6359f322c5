"""The frozen aggregates of cohorts: what an organization's pages read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, time
from typing import Any

from programs.engine.adherence import Adherence
from programs.engine.schedule import local_instant
from programs.engine.states import STATES
from programs.models import Cohort, CohortSnapshot
from programs.reports.attendance import Attendance
from programs.reports.cohort_progress import CohortProgress, cohort_progress
from programs.reports.cohort_series import CohortSeries, cohort_series
from programs.reports.credit_totals import credit_totals

SCHEMA = 2


def latest_snapshots(*, cohorts: Iterable[Cohort], now: datetime) -> dict[int, CohortSnapshot]:
    """Return by cohort key the newest snapshot, in one query.

    Where last night's is missing and the cohort is running it is computed, not stored: the hourly
    tick does that.
    """
    wanted = list(cohorts)
    stored = {
        snapshot.cohort_id: snapshot
        for snapshot in CohortSnapshot.objects.filter(cohort__in=wanted)
        .order_by("cohort_id", "-at")
        .distinct("cohort_id")
    }
    found = {}
    for cohort in wanted:
        snapshot = stored.get(cohort.pk)
        at = last_night(cohort, now)
        if snapshot is None or (cohort.closed_at is None and snapshot.at < at):
            snapshot = make_snapshot(cohort=cohort, at=at, now=now)
        found[cohort.pk] = snapshot
    return found


def last_night(cohort: Cohort, now: datetime) -> datetime:
    """The last midnight of the cohort's zone."""
    return local_instant(now.astimezone(cohort.zone).date(), time(), cohort.zone)


def make_snapshot(*, cohort: Cohort, at: datetime, now: datetime) -> CohortSnapshot:
    """Compute the snapshot at `at` from what is known `now`; it is not saved."""
    found = aggregates_at(cohort=cohort, at=at, known_at=now)
    return CohortSnapshot(cohort=cohort, at=at, taken_at=now, aggregates=found)


def aggregates_at(*, cohort: Cohort, at: datetime, known_at: datetime) -> dict[str, Any]:
    """What a snapshot taken at `known_at` of the instant `at` holds, computed anew."""
    return aggregates(
        cohort_progress(cohort=cohort, at=at, known_at=known_at),
        cohort_series(cohort=cohort, at=at, known_at=known_at),
    ) | {"credits": credit_totals(cohort=cohort, at=at, known_at=known_at)}


def aggregates(progress: CohortProgress, series: CohortSeries) -> dict[str, Any]:
    """What a snapshot holds: counts and rates of groups, no person.

    Snapshots of `schema` 1 (which say no schema) have neither rates nor a series.
    """
    return {
        "schema": SCHEMA,
        "enrolled": progress.enrolled,
        "invited": progress.invited,
        "started": progress.started,
        "required": progress.required,
        "states": progress.states,
        "modules": [
            {"key": module.key, "title": module.title, "completed": module.completed}
            for module in progress.modules
        ],
        "attendance": _counts(progress.attendance),
        "sessions": [
            {
                "key": slot.key,
                "title": slot.title,
                "starts_at": slot.starts_at.isoformat(),
                **_counts(slot.attendance),
            }
            for slot in progress.slots
        ],
        "units": _breakdown(progress, "unit"),
        "professions": _breakdown(progress, "profession"),
        "edition": progress.edition,
        "current": progress.current,
        "on_time": progress.on_time,
        "median_days_behind": progress.median_days_behind,
        "mean_progress": progress.mean_progress,
        "mean_minutes_progress": progress.mean_minutes_progress,
        "mean_expected": progress.mean_expected,
        "adherence": _adherence(series.adherence),
        "weeks": [
            {
                "number": week.number,
                "starts_at": week.starts_at.isoformat(),
                "is_over": week.is_over,
                "enrolled": week.enrolled,
                "states": week.states,
                "progress": week.progress,
                "expected": week.expected,
                "active": week.active,
                "current_at_start": week.current_at_start,
                "adherence": _adherence(week.adherence),
            }
            for week in series.weeks
        ],
        "survival": {
            "people": series.survival.people,
            "ends_on_day": series.survival.ends_on_day,
            "hidden_from_day": series.survival.hidden_from_day,
            "steps": [step._asdict() for step in series.survival.steps],
        },
    }


def _adherence(adherence: Adherence) -> dict[str, Any]:
    return adherence._asdict() | {"rate": adherence.rate}


def _counts(attendance: Attendance) -> dict[str, int]:
    return {
        "present": attendance.present,
        "excused": attendance.excused,
        "absent": attendance.absent,
        "unmarked": attendance.unmarked,
        "held": attendance.held,
    }


def _breakdown(progress: CohortProgress, name: str) -> list[dict[str, Any]]:
    groups: dict[str, Counter[str]] = {}
    for row in progress.learners:
        if row.state:
            groups.setdefault(getattr(row, name), Counter())[row.state] += 1
    return [
        {
            "label": label,
            "enrolled": counts.total(),
            "states": {state: counts[state] for state in STATES},
        }
        for label, counts in sorted(groups.items(), key=lambda pair: pair[0].casefold())
    ]
