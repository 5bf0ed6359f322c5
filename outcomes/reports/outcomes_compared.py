"""Two released reports side by side: the frozen figures of both, and no figure of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from core.charts.intervals import Interval
from outcomes.reports.outcome_charts import ChangeChart, chart_of

if TYPE_CHECKING:
    from outcomes.reports.outcome_report import OutcomeReport
    from outcomes.reports.outcome_views import OutcomeView


@dataclass(frozen=True)
class ComparedOutcome:
    """One scale in both reports; `chart` is None where one has no interval."""

    title: str
    range_words: str
    better_words: str
    views: tuple[tuple[str, OutcomeView], ...]  # which report and its people; its figures
    chart: ChangeChart | None


@dataclass(frozen=True)
class ComparedReports:
    outcomes: tuple[ComparedOutcome, ...]
    left_out: tuple[str, ...]  # titles that both cannot show


def outcomes_compared(first: OutcomeReport, second: OutcomeReport) -> ComparedReports:
    """Return the scales that both reports show, in the order of the first."""
    theirs = {_identity(view): view for view in second.shown}
    both = [(view, theirs[_identity(view)]) for view in first.shown if _identity(view) in theirs]
    titles = {view.title for pair in both for view in pair}
    everything = [view.title for report in (first, second) for view in report.outcomes]
    return ComparedReports(
        outcomes=tuple(_compared(pair) for pair in both),
        left_out=tuple(dict.fromkeys(title for title in everything if title not in titles)),
    )


def _identity(view: OutcomeView) -> tuple[object, ...]:
    """What must be alike for points to mean the same."""
    data = view.data
    return data["key"], data["instrument"], tuple(data["range"]), data["direction"]


def _compared(pair: tuple[OutcomeView, OutcomeView]) -> ComparedOutcome:
    named = tuple((_named(number, view), view) for number, view in enumerate(pair, start=1))
    rows = tuple(
        Interval(label, view.data["change"], view.data["low"], view.data["high"])
        for label, view in named
        if view.data.get("low") is not None
    )
    low, high = pair[0].data["range"]
    key = _("Upright line: no change. Dot and bar: mean change and 95% interval.")
    return ComparedOutcome(
        title=pair[0].title,
        range_words=pair[0].range_words,
        better_words=pair[0].better_words,
        views=named,
        chart=chart_of(rows, width=high - low, key=key) if len(rows) == len(pair) else None,
    )


def _named(number: int, view: OutcomeView) -> str:
    return _("Report %(number)d: %(people)s people") % {"number": number, "people": view.people}
