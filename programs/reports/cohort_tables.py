"""The words in which staff read a cohort's progress, and the filters above its people."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from programs.reports.cohort_progress import CohortProgress
from programs.reports.table_columns import STATE_LABELS


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
