"""The frozen aggregates of cohorts: what an organization's pages read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, time
from typing import Any

from programs.engine.schedule import local_instant
from programs.engine.states import STATES
from programs.models import Cohort, CohortSnapshot
from programs.reports.cohort_progress import Attendance, CohortProgress, cohort_progress


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
    progress = cohort_progress(cohort=cohort, at=at, known_at=now)
    return CohortSnapshot(cohort=cohort, at=at, taken_at=now, aggregates=aggregates(progress))


def aggregates(progress: CohortProgress) -> dict[str, Any]:
    """What a snapshot holds: counts only, no person."""
    return {
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
    }


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
