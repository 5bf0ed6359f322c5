"""The columns of a cohort's report: what each is called, where it comes from, what it means."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from programs.engine.states import STATES

STATE_LABELS = {
    "completed": _("Completed"),
    "on_pace": _("On pace"),
    "behind": _("Behind"),
    "lapsed": _("Lapsed"),
    "no_show": _("Not started"),
    "withdrawn": _("Withdrawn"),
}


class Column(NamedTuple):
    key: str
    label: str | Promise
    kind: str  # text | number | share | day | moment | flag
    value: Callable[[Any], Any]
    meaning: str | Promise = ""


def _of(
    key: str, label: str | Promise, kind: str, path: str = "", meaning: str | Promise = ""
) -> Column:
    return Column(key, label, kind, attrgetter(path or key), meaning)


def _state(row: Any) -> str:
    return str(STATE_LABELS[row.state]) if row.state else "Invited"


def _on_time(row: Any) -> bool | None:
    """Nobody is late for a program that they are still taking."""
    return row.is_on_time if row.completed_at else None


def _state_count(state: str) -> Callable[[Any], int]:
    def count(week: Any) -> int:
        return int(week.states[state])

    return count


PEOPLE = (
    _of("name", _("Name"), "text"),
    _of("group", _("Group"), "text"),
    _of("profession", _("Profession"), "text", meaning=_("As it was at enrollment.")),
    _of("unit", _("Unit"), "text", meaning=_("As it was at enrollment.")),
    Column("state", _("State"), "text", _state, _("One of six; the first that holds.")),
    _of("done", _("Required done"), "number"),
    _of("required", _("Required"), "number", meaning=_("Required steps of the pinned version.")),
    _of("progress", _("Progress"), "share", meaning=_("Required done ÷ required.")),
    _of(
        "minutes_progress",
        _("Progress by minutes"),
        "share",
        meaning=_("The same, each step weighted by its planned minutes."),
    ),
    _of("expected", _("Expected"), "share", meaning=_("Required steps due by now ÷ required.")),
    _of("overdue", _("Overdue"), "number", meaning=_("Undone, and due date plus grace has come.")),
    _of(
        "days_behind",
        _("Days behind"),
        "number",
        meaning=_("Whole days since the earliest undone due date."),
    ),
    _of("next_due", _("Next due"), "moment", "next_due_at"),
    _of("present", _("Present"), "number", "attendance.present"),
    _of("excused", _("Excused"), "number", "attendance.excused"),
    _of("absent", _("Absent"), "number", "attendance.absent"),
    _of("unmarked", _("Unmarked"), "number", "attendance.unmarked"),
    _of(
        "attendance",
        _("Attendance"),
        "share",
        "attendance.rate",
        _("Present ÷ own group's sessions held while enrolled, without canceled and unmarked."),
    ),
    _of(
        "commitment",
        _("Commitment"),
        "share",
        "attendance.commitment",
        _("Present and excused ÷ the same."),
    ),
    _of(
        "best_attendance",
        _("Best possible attendance"),
        "share",
        "attendance.best_possible",
        _("Present and remaining ÷ all of the own group; unmarked ones count as remaining."),
    ),
    _of("invited", _("Invited"), "day", "invited_at"),
    _of("joined", _("Joined"), "day", "accepted_at"),
    _of("first_activity", _("First activity"), "day", "first_event_at"),
    _of("last_activity", _("Last activity"), "day", "last_event_at", _("A date, not a kind.")),
    _of("completed", _("Completed"), "day", "completed_at"),
    Column(
        "on_time",
        _("On time"),
        "flag",
        _on_time,
        _("Of those who completed: by the own last due date. Empty before."),
    ),
)
MEASURES = (
    _of("measure", _("Measure"), "text", "label"),
    _of("value", _("Value"), "number"),
    _of("part", _("Part"), "number"),
    _of("whole", _("Of"), "number"),
    _of("meaning", _("Definition"), "text"),
)
MODULES = (
    _of("title", _("Module"), "text"),
    _of("completed", _("Completed"), "number", meaning=_("Did all required steps of it.")),
    _of("due", _("Due"), "moment", "due_at"),
)
SESSIONS = (
    _of("title", _("Session"), "text"),
    _of("starts", _("Starts"), "moment", "starts_at"),
    _of("present", _("Present"), "number", "attendance.present"),
    _of("excused", _("Excused"), "number", "attendance.excused"),
    _of("absent", _("Absent"), "number", "attendance.absent"),
    _of("unmarked", _("Unmarked"), "number", "attendance.unmarked"),
    _of("attendance", _("Attendance"), "share", "attendance.rate"),
)
_STATES = tuple(
    Column(state, STATE_LABELS[state], "number", _state_count(state)) for state in STATES
)
WEEKS = (
    _of("week", _("Week"), "number", "number", _("Weeks count from the start of the cohort.")),
    _of("starts", _("Starts"), "day", "starts_at"),
    _of("is_over", _("Over"), "flag", meaning=_("The running week is described as of now.")),
    _of("enrolled", _("Enrolled"), "number"),
    *_STATES,
    _of("progress", _("Progress"), "share", meaning=_("Mean of the current ones.")),
    _of("expected", _("Expected"), "share", meaning=_("Mean of the current ones.")),
    _of("active", _("Active"), "number", meaning=_("With at least one event in the week.")),
    _of(
        "current",
        _("Current at its start"),
        "number",
        "current_at_start",
        _("Enrolled and not withdrawn when the week began."),
    ),
    _of("active_rate", _("Active rate"), "share", meaning=_("Active ÷ current at its start.")),
    _of(
        "adherence",
        _("Practice adherence"),
        "share",
        "adherence.rate",
        _("Minutes logged ÷ assigned, each learner's week capped at what was assigned."),
    ),
    _of("adherence_timer", _("By the timer"), "share", "adherence.timer_rate"),
    _of("adherence_told", _("Told afterwards"), "share", "adherence.told_rate"),
    _of("adherence_median", _("Median"), "share", "adherence.median", _("Of the learners.")),
    _of("adherence_q1", _("Lower quartile"), "share", "adherence.lower_quartile"),
    _of("adherence_q3", _("Upper quartile"), "share", "adherence.upper_quartile"),
    _of("assigned", _("Minutes assigned"), "number", "adherence.assigned"),
)
SURVIVAL = (
    _of("day", _("Day"), "number", meaning=_("Days from each one's own start.")),
    _of("at_risk", _("Still followed"), "number", meaning=_("Hidden where fewer than five.")),
    _of("left", _("Left"), "number"),
    _of("share", _("Share still there"), "share", meaning=_("Kaplan–Meier.")),
)
