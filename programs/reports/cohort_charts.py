"""A cohort's weeks as charts and their tables show them, in words of staff."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from programs.reports.cohort_progress import CohortProgress
from programs.reports.cohort_series import CohortSeries, WeekRow
from programs.reports.table_columns import STATE_LABELS

SHORTEST_CURVE = 7  # days; before that it says nothing


@dataclass(frozen=True)
class Survival:
    """`points`: at, share, label, at_risk; `labels`: ticks; `end`: the day the curve ends."""

    title: str
    points: tuple[dict[str, Any], ...]
    labels: tuple[tuple[float, str], ...]
    end: int
    people: int


@dataclass(frozen=True)
class CohortCharts:
    """`weeks` names the points of all series; a share is None where it says nothing."""

    weeks: tuple[str, ...]
    states: tuple[tuple[dict[str, Any], ...], ...]
    states_title: str
    pace: tuple[dict[str, Any], ...]
    pace_title: str
    activity: tuple[dict[str, Any], ...]
    activity_title: str
    sessions: tuple[dict[str, Any], ...]  # present of marked
    survival: Survival | None


def cohort_charts(*, series: CohortSeries, progress: CohortProgress) -> CohortCharts:
    """Arrange what `cohort_series` computed; nothing is computed here but titles."""
    weeks = series.weeks
    activity = [{"label": _("Active"), "values": [week.active_rate for week in weeks]}]
    if any(week.adherence.assigned for week in weeks):
        rates = [week.adherence.rate if week.adherence.people >= 5 else None for week in weeks]
        activity.append({"label": _("Practice"), "values": rates})
    return CohortCharts(
        weeks=tuple(str(week.number) for week in weeks),
        states=tuple(tuple(_states(week)) for week in weeks),
        states_title=_states_title(weeks),
        pace=(
            {"label": _("Done"), "values": [week.progress for week in weeks]},
            {"label": _("Due"), "values": [week.expected for week in weeks]},
        ),
        pace_title=_pace_title(weeks),
        activity=tuple(activity),
        activity_title=_activity_title(weeks),
        sessions=tuple(_sessions(progress)),
        survival=_survival(series),
    )


def _states(week: WeekRow) -> Iterable[dict[str, Any]]:
    for key, value in week.states.items():
        yield {"key": key, "label": STATE_LABELS[key], "value": value}


def _sessions(progress: CohortProgress) -> Iterable[dict[str, Any]]:
    for slot in progress.slots:
        marked = slot.attendance.marked
        words = "" if marked else _("not marked yet")
        present = slot.attendance.present if marked else None
        yield {"label": slot.title, "value": present, "of": marked, "words": words}


def _states_title(weeks: tuple[WeekRow, ...]) -> str:
    if not weeks or not weeks[-1].enrolled:
        return _("States by week")
    last = weeks[-1]
    good = last.states["completed"] + last.states["on_pace"]
    return ngettext(
        "%(good)d of %(all)d is on pace or done in week %(week)d",
        "%(good)d of %(all)d are on pace or done in week %(week)d",
        last.enrolled,
    ) % {"good": good, "all": last.enrolled, "week": last.number}


def _pace_title(weeks: tuple[WeekRow, ...]) -> str:
    last = next((week for week in reversed(weeks) if week.progress is not None), None)
    if last is None or last.progress is None or last.expected is None:
        return _("Steps done and due")
    return _("%(done)d%% of the steps are done, %(due)d%% are due") % {
        "done": round(100 * last.progress),
        "due": round(100 * last.expected),
    }


def _activity_title(weeks: tuple[WeekRow, ...]) -> str:
    last = next((week for week in reversed(weeks) if week.is_over), None)
    if last is None or last.active_rate is None:
        return _("Activity by week")
    return _("%(active)d of %(current)d took part in week %(week)d") % {
        "active": last.active,
        "current": last.current_at_start,
        "week": last.number,
    }


def _survival(series: CohortSeries) -> Survival | None:
    """None where the curve has not begun, or too few people are followed."""
    curve = series.survival
    end = curve.ends_on_day
    if curve.hidden_from_day is not None:
        end = min(end, curve.hidden_from_day)
    if not curve.people or end < SHORTEST_CURVE:
        return None
    points = tuple(
        {
            "at": step.day,
            "share": step.share,
            "label": _("day %(day)d") % {"day": step.day},
            "at_risk": step.at_risk,
        }
        for step in curve.steps
        if step.day <= end
    )
    shown = [step.share for step in curve.steps if step.day <= end]
    share = shown[-1] if shown else 1.0
    title = _("%(share)d%% were still taking part on day %(day)d") % {
        "share": round(100 * share),
        "day": end,
    }
    step = max(7, 7 * -(-end // 49))  # at most seven ticks, in whole weeks
    ticks = [(float(day), str(day)) for day in range(0, end - step // 2, step)]
    ticks.append((float(end), str(end)))
    return Survival(title, points, tuple(ticks), end, curve.people)
