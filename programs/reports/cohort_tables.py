"""The words and rows in which staff read a cohort's progress: page and CSV from the same object."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from programs.reports.cohort_progress import CohortProgress

STATE_LABELS = {
    "completed": gettext_lazy("Completed"),
    "on_pace": gettext_lazy("On pace"),
    "behind": gettext_lazy("Behind"),
    "lapsed": gettext_lazy("Lapsed"),
    "no_show": gettext_lazy("Not started"),
    "withdrawn": gettext_lazy("Withdrawn"),
}
CSV_HEADER = (
    "Name",
    "Group",
    "Profession",
    "Unit",
    "State",
    "Required done",
    "Required",
    "Overdue",
    "Days behind",
    "Next due",
    "Present",
    "Excused",
    "Absent",
    "Unmarked",
    "Invited",
    "Joined",
    "First activity",
    "Last activity",
    "Completed",
)


def finding(progress: CohortProgress) -> str:
    """The title of the chart: what the counts say."""
    if not progress.enrolled:
        return _("Nobody has joined yet")
    return ngettext(
        "%(good)d of %(all)d person is on pace or done",
        "%(good)d of %(all)d people are on pace or done",
        progress.enrolled,
    ) % {"good": progress.on_pace, "all": progress.enrolled}


def row_states(progress: CohortProgress) -> list[dict[str, Any]]:
    """The filters above the roster: each state that somebody is in."""
    found = [
        {"key": key, "label": STATE_LABELS[key], "count": count}
        for key, count in progress.states.items()
        if count
    ]
    if progress.invited:
        found.append({"key": "invited", "label": _("Invited"), "count": progress.invited})
    return found


def csv_rows(progress: CohortProgress, zone: ZoneInfo) -> Iterator[list[Any]]:
    """One row a person; dates in the cohort's zone, dates of activity without time of day."""
    for row in progress.learners:
        yield [
            row.name,
            row.group,
            row.profession,
            row.unit,
            str(STATE_LABELS[row.state]) if row.state else "Invited",
            row.done,
            row.required,
            row.overdue,
            row.days_behind,
            _local(row.next_due_at, zone),
            row.attendance.present,
            row.attendance.excused,
            row.attendance.absent,
            row.attendance.unmarked,
            _day(row.invited_at, zone),
            _day(row.accepted_at, zone),
            _day(row.first_event_at, zone),
            _day(row.last_event_at, zone),
            _day(row.completed_at, zone),
        ]


def _local(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    return moment.astimezone(zone) if moment else None


def _day(moment: datetime | None, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).date().isoformat() if moment else ""
