"""A cohort as its organization may see it: frozen figures, under one mask, from one source.

Page and CSV render the same `CohortReport`, so they cannot disagree.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from outcomes.engine.suppression import hidden_splits, protect
from outcomes.reports.cohort_over_time import STATE_ORDER, OverTime, over_time
from outcomes.reports.findings import cohort_finding, too_few
from programs.models.credit_offers import CreditType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from programs.models import Cohort


def state_words() -> dict[str, str]:
    """The six states in words fit for a board; nobody is blamed."""
    return {
        "completed": _("completed"),
        "on_pace": _("on pace"),
        "behind": _("behind the plan"),
        "lapsed": _("paused"),
        "no_show": _("not started"),
        "withdrawn": _("withdrawn"),
    }


@dataclass(frozen=True)
class Figure:
    """A number to show, or None if it is hidden; then `words` says so ("<5")."""

    value: int | None
    of: int | None = None
    words: str = ""

    @property
    def is_hidden(self) -> bool:
        return self.value is None


@dataclass(frozen=True)
class StateRow:
    key: str
    label: str
    value: int


@dataclass(frozen=True)
class ModuleRow:
    label: str
    completed: Figure


@dataclass(frozen=True)
class UnitRow:
    """People of a unit, and how many of them are on pace or done; either may be hidden."""

    label: str
    people: Figure
    good: Figure


@dataclass(frozen=True)
class CreditRow:
    """Credit awarded of one type, of whole groups: never of fewer people than the smallest."""

    label: str
    credits: float
    people: int

    @property
    def words(self) -> str:
        return f"{self.credits:g}"


@dataclass(frozen=True)
class CohortReport:
    cohort: Cohort
    at: datetime  # the instant the figures describe
    threshold: int
    is_hidden: bool  # the whole cohort is too small
    enrolled: Figure
    states: tuple[StateRow, ...]
    modules: tuple[ModuleRow, ...]
    attendance_words: str  # share of marked places; "" before the first session
    attendance_marked: int
    units: tuple[UnitRow, ...]
    over_time: OverTime
    credits: tuple[CreditRow, ...] = ()

    @property
    def hidden_words(self) -> str:
        return f"<{self.threshold}"

    @property
    def module_rows(self) -> list[dict[str, Any]]:
        """The modules for the chart of completion bars."""
        return [
            {"label": row.label, "value": row.completed.value, "of": row.completed.of}
            for row in self.modules
        ]

    @property
    def state_rows(self) -> list[dict[str, Any]]:
        """The states for the divided bar."""
        return [{"key": row.key, "label": row.label, "value": row.value} for row in self.states]

    def count(self, key: str) -> int:
        return next((row.value for row in self.states if row.key == key), 0)

    @property
    def has_begun(self) -> bool:
        """Before the start everybody is on pace, which says nothing."""
        return self.cohort.starts_on <= self.at.astimezone(self.cohort.zone).date()

    @property
    def finding(self) -> str:
        """The title of the report: what happened, with its denominator."""
        if self.is_hidden:
            return too_few()
        return cohort_finding(
            enrolled=self.enrolled.value or 0,
            completed=self.count("completed"),
            on_pace=self.count("on_pace"),
            starts_on=self.cohort.starts_on,
            has_begun=self.has_begun,
        )


def share_words(part: int, whole: int) -> str:
    """Return a percentage; 0 and 100 say less than they know, so that nobody is named by them."""
    percent = round(100 * part / whole) if whole else 0
    if percent < 10:
        return "<10%"
    return ">90%" if percent > 90 else f"{percent}%"


def cohort_report(*, cohort: Cohort, at: datetime, aggregates: Mapping[str, Any]) -> CohortReport:
    """Put the frozen `aggregates` of a cohort under its contract's mask.

    Args:
        cohort: with `engagement` loaded.
        at: the instant the aggregates describe.
        aggregates: as `programs.services.snapshots` writes them.
    """
    threshold = cohort.engagement.threshold_progress
    enrolled = int(aggregates["enrolled"])
    hidden = Figure(None, words=f"<{threshold}")
    if enrolled < threshold:
        shown = hidden if enrolled else Figure(0)
        nothing = OverTime((), {})
        return CohortReport(cohort, at, threshold, True, shown, (), (), "", 0, (), nothing)
    words = state_words()
    attendance = aggregates["attendance"]
    marked = attendance["present"] + attendance["excused"] + attendance["absent"]
    return CohortReport(
        cohort=cohort,
        at=at,
        threshold=threshold,
        is_hidden=False,
        enrolled=Figure(enrolled),
        states=tuple(
            StateRow(key, words[key], int(aggregates["states"].get(key, 0))) for key in STATE_ORDER
        ),
        modules=tuple(
            ModuleRow(module["title"], Figure(int(module["completed"]), enrolled))
            for module in aggregates["modules"]
        ),
        attendance_words=share_words(attendance["present"], marked) if marked >= threshold else "",
        attendance_marked=marked,
        units=_units(aggregates.get("units", []), threshold),
        over_time=over_time(weeks=aggregates.get("weeks", []), words=words, threshold=threshold),
        credits=tuple(
            CreditRow(str(CreditType(row["type"]).label), row["credits"], row["people"])
            for row in aggregates.get("credits", [])
            if row["people"] >= threshold
        ),
    )


def _units(units: list[Mapping[str, Any]], threshold: int) -> tuple[UnitRow, ...]:
    """Hide small units, and as many others as keep them from being worked out by subtraction.

    "On pace or done" of a shown unit is hidden likewise: the cohort's own count stands on the page.
    """
    sizes = {unit["label"]: int(unit["enrolled"]) for unit in units}
    good = {
        unit["label"]: int(unit["states"]["completed"]) + int(unit["states"]["on_pace"])
        for unit in units
    }
    mask = protect(sizes=sizes, margins=[list(sizes)], k=threshold)
    unsplit = hidden_splits(
        splits={label: (good[label], sizes[label] - good[label]) for label in sizes},
        hidden=mask.hidden,
        k=threshold,
    )
    hidden = Figure(None, words=f"<{threshold}")
    return tuple(
        UnitRow(
            label or _("no unit"),
            hidden if label in mask.hidden else Figure(size),
            hidden if label in mask.hidden | unsplit else Figure(good[label], size),
        )
        for label, size in sizes.items()
    )
