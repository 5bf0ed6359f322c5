"""A cohort's weeks as its organization may see them: whole weeks of the whole group, from the snapshot.

No breakdown by time is finer than a week that is over, and none is of fewer people than the contract's
threshold; a share of fewer is left out. Minutes of practice appear as a share of the group's alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

STATE_ORDER = ("completed", "on_pace", "behind", "lapsed", "no_show", "withdrawn")


@dataclass(frozen=True)
class WeekFigures:
    """`states` sum to `enrolled`; a share is None where too few people stand behind it."""

    number: int
    enrolled: int
    states: Mapping[str, int]
    done: float | None
    due: float | None
    active: float | None
    practice: float | None


@dataclass(frozen=True)
class OverTime:
    weeks: tuple[WeekFigures, ...]
    words: Mapping[str, str]

    def __bool__(self) -> bool:
        return len(self.weeks) > 1  # one point is no course

    @property
    def labels(self) -> list[str]:
        return [str(week.number) for week in self.weeks]

    @property
    def states(self) -> list[list[dict[str, Any]]]:
        """For the chart of stacked columns."""
        return [
            [
                {"key": key, "label": self.words[key], "value": week.states[key]}
                for key in STATE_ORDER
            ]
            for week in self.weeks
        ]

    @property
    def pace(self) -> list[dict[str, Any]]:
        return [self._line(_("Done"), "done"), self._line(_("Due"), "due")]

    @property
    def activity(self) -> list[dict[str, Any]]:
        lines = [self._line(_("Took part"), "active")]
        if any(week.practice is not None for week in self.weeks):
            lines.append(self._line(_("Practice"), "practice"))
        return lines

    @property
    def states_title(self) -> str:
        last = self.weeks[-1]
        good = last.states["completed"] + last.states["on_pace"]
        return _("%(good)d of %(all)d were on pace or done after week %(week)d") % {
            "good": good,
            "all": last.enrolled,
            "week": last.number,
        }

    def _line(self, label: str, name: str) -> dict[str, Any]:
        return {"label": label, "values": [getattr(week, name) for week in self.weeks]}

    def rows(self) -> Iterator[tuple[str, str, float | int | None, int | None]]:
        """The same figures for a table: part, measure, value, of."""
        for week in self.weeks:
            part = f"week {week.number}"
            for key in STATE_ORDER:
                yield (part, self.words[key], week.states[key], week.enrolled)
            for measure in ("done", "due", "active", "practice"):
                value = getattr(week, measure)
                if value is not None:
                    yield (part, f"share {measure}", round(value, 3), None)


def over_time(
    *, weeks: list[Mapping[str, Any]], words: Mapping[str, str], threshold: int
) -> OverTime:
    """Put the weeks of a snapshot under the mask.

    Args:
        weeks: as `programs.reports.latest_snapshots.aggregates` writes them.
        words: the states in words.
        threshold: the contract's smallest group.
    """
    return OverTime(
        tuple(
            _figures(week, threshold)
            for week in weeks
            if week["is_over"] and int(week["enrolled"]) >= threshold
        ),
        words,
    )


def _figures(week: Mapping[str, Any], threshold: int) -> WeekFigures:
    enrolled = int(week["enrolled"])
    states = {key: int(week["states"][key]) for key in STATE_ORDER}
    current = enrolled - states["withdrawn"]
    at_start = int(week["current_at_start"])
    practice = week["adherence"]
    return WeekFigures(
        number=int(week["number"]),
        enrolled=enrolled,
        states=states,
        done=week["progress"] if current >= threshold else None,
        due=week["expected"] if current >= threshold else None,
        # Who joins during the week may lift it above the whole.
        active=min(1.0, int(week["active"]) / at_start) if at_start >= threshold else None,
        practice=practice["rate"] if int(practice["people"]) >= threshold else None,
    )
