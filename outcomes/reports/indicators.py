"""Run charts of an organization's own figures: pages and files, from one source.

Readers: admins of the organization and consultants who manage it. Nothing here joins to answers,
and of people only how many of a unit take part is counted, to decide whether a cohort is named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from string import ascii_uppercase
from typing import TYPE_CHECKING

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.charts.run import Median, RunPoint, Span, nice_top
from outcomes.engine.indicator_catalog import CAPTION, MEAN, RATE, Indicator, level_words
from outcomes.engine.run_charts import CohortSpan, Point, Run, RunChart, Segment, analyse
from outcomes.models import IndicatorPoint
from outcomes.reports.indicator_lists import choice_words, figure_words
from programs.models import Cohort, Enrollment

if TYPE_CHECKING:
    from accounts.models import Organization, Unit

LEAST_OF_A_UNIT = 5  # people of it in a cohort, before the cohort stands on the unit's chart


@dataclass(frozen=True)
class PointRow:
    point: IndicatorPoint
    value: str
    is_few: bool
    is_new_definition: bool


@dataclass(frozen=True)
class Chart:
    """What core.charts.run draws."""

    points: tuple[RunPoint, ...]
    medians: tuple[Median, ...]
    spans: tuple[Span, ...]
    breaks: tuple[int, ...]
    low: float
    high: float
    unit: str
    description: str


@dataclass(frozen=True)
class IndicatorChart:
    indicator: Indicator
    unit: Unit | None
    level: str
    caption: str
    scale: str
    choices: tuple[str, ...]
    run: RunChart
    finding: str
    signals: tuple[str, ...]
    medians: tuple[str, ...]
    marks: tuple[tuple[str, CohortSpan], ...]
    unmarked: bool  # cohorts were left out, for too few of the unit take part
    rows: tuple[PointRow, ...]
    has_few: bool
    chart: Chart | None


def indicator_chart(
    *, organization: Organization, indicator: Indicator, unit: Unit | None, now: datetime
) -> IndicatorChart:
    """One series with its median, signals, cohort marks and table."""
    points = list(
        IndicatorPoint.objects.filter(organization=organization, indicator=indicator.key, unit=unit)
        .in_force()
        .select_related("upload", "unit")
        .order_by("period_start")
    )
    figures = [point.as_figure() for point in points]
    cohorts, unmarked = _cohort_spans(organization, unit, now)
    run = analyse(
        points=[Point(one.start, one.end, one.value, one.source_note) for one in figures],
        cohorts=cohorts,
    )
    shown = [
        one
        for one in cohorts
        if figures and one.starts_on <= figures[-1].end and one.ends_on >= figures[0].start
    ]
    marks = tuple((_letters(place), one) for place, one in enumerate(shown))
    signals = _signals(indicator, run)
    dated = tuple(
        f"{figures[one.first].start:%-d %b %Y} – {figures[one.last].end:%-d %b %Y}: {words}"
        for one, words in signals
    )
    values = [float(one.value) for one in figures]
    finding = _finding(run, [words for _run, words in signals])
    return IndicatorChart(
        indicator=indicator,
        unit=unit,
        level=level_words(indicator),
        caption=CAPTION,
        scale=_scale(indicator),
        choices=choice_words(organization).get(indicator.key, ()),
        run=run,
        finding=finding,
        signals=dated,
        medians=tuple(
            _median_words(indicator, one, points[one.first].period_start) for one in run.segments
        ),
        marks=marks,
        unmarked=unmarked,
        rows=tuple(
            PointRow(
                point,
                figure_words(indicator, figure.value),
                figure.has_few_cases,
                place in run.breaks,
            )
            for place, (point, figure) in enumerate(zip(points, figures, strict=True))
        ),
        has_few=any(one.has_few_cases for one in figures),
        chart=Chart(
            points=tuple(
                RunPoint(one.start, one.end, value, one.has_few_cases)
                for one, value in zip(figures, values, strict=True)
            ),
            medians=tuple(
                Median(
                    one.first,
                    one.last,
                    float(one.median),
                    _("median %(value)s") % {"value": figure_words(indicator, one.median)},
                )
                for one in run.segments
            ),
            spans=tuple(Span(letter, one.starts_on, one.ends_on) for letter, one in marks),
            breaks=run.breaks,
            low=float(indicator.low),
            high=float(indicator.high) or nice_top(max(values)),
            unit="%" if indicator.kind not in (MEAN, RATE) else "",
            description=f"{finding} {_('%(n)s points.') % {'n': len(points)}}",
        )
        if points
        else None,
    )


def _cohort_spans(
    organization: Organization, unit: Unit | None, now: datetime
) -> tuple[list[CohortSpan], bool]:
    """Cohorts that may be named, and whether some were left out."""
    cohorts = list(
        Cohort.objects.filter(engagement__organization=organization)
        .order_by("starts_on", "pk")
        .values_list("pk", "name", "starts_on", "ends_on")
    )
    if unit is not None:
        people = dict(
            Enrollment.objects.filter(cohort__in=[row[0] for row in cohorts], unit=unit)
            .counted_at(now)
            .values_list("cohort")
            .annotate(Count("clinician", distinct=True))
        )
        named = [row for row in cohorts if people.get(row[0], 0) >= LEAST_OF_A_UNIT]
    else:
        named = cohorts
    return [CohortSpan(*row[1:]) for row in named], len(named) < len(cohorts)


def _letters(place: int) -> str:
    again, letter = divmod(place, len(ascii_uppercase))
    return ascii_uppercase[letter] + (str(again + 1) if again else "")


def _signals(indicator: Indicator, run: RunChart) -> list[tuple[Run, str]]:
    """Runs in order of time, in words. The same words in either direction: no run is good or bad news here."""
    found = []
    for one in sorted((*run.shifts, *run.trends), key=lambda run: (run.first, run.last)):
        given = {"k": one.count, "median": figure_words(indicator, one.median)}
        words = {
            "above": _("%(k)s consecutive points above the median (%(median)s)."),
            "below": _("%(k)s consecutive points below the median (%(median)s)."),
            "rising": _("%(k)s consecutive points rising."),
            "falling": _("%(k)s consecutive points falling."),
        }[one.direction]
        found.append((one, words % given))
    return found


def _scale(indicator: Indicator) -> str:
    """What the figures are counted in, and where the axis starts."""
    if indicator.kind == MEAN:
        return _("Mean of all forms of a period, on the scale from %(low)s to %(high)s.") % {
            "low": indicator.low,
            "high": indicator.high,
        }
    above = indicator.numerator
    given = {"above": f"{above[:1].upper()}{above[1:]}", "below": indicator.denominator}
    if indicator.kind == RATE:
        return _("%(above)s per 1,000 %(below)s; the scale starts at 0.") % given
    return _("%(above)s of 100 %(below)s; the scale starts at 0.") % given


def _finding(run: RunChart, signals: Sequence[str]) -> str:
    if not run.segments:
        return _("No figures yet.")
    if len(signals) > 1:
        return _("%(newest)s The newest of %(n)s runs.") % {
            "newest": signals[-1],
            "n": len(signals),
        }
    if signals:
        return signals[0]
    if not any(one.has_enough for one in run.segments):
        return _("Too few points for run rules.")
    return _("No run: no shift and no trend.")


def _median_words(indicator: Indicator, one: Segment, since: date) -> str:
    given = {
        "value": figure_words(indicator, one.median),
        "n": one.baseline_n,
        "day": f"{since:%-d %b %Y}",
    }
    if one.is_frozen:
        words = _("Since %(day)s: median %(value)s, of the %(n)s points before the first cohort.")
    else:
        words = ngettext(
            "Since %(day)s: median %(value)s, of one point: too few came before a cohort.",
            "Since %(day)s: median %(value)s, of all %(n)s points: fewer than 8 came before a "
            "cohort.",
            one.baseline_n,
        )
    return words % given
