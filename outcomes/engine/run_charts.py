"""Run charts: a median, and the rules that tell a pattern from ordinary up and down.

No regression, no smoothing, no p-value. A changed definition begins a new series.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

LEAST_BASELINE = 8  # points before the first cohort that make a median of their own
SHIFT = 8
TREND = 6
LEAST_OFF_MEDIAN = 10  # with fewer, no rule is asked

Number = Fraction | Decimal | float | int


@dataclass(frozen=True)
class Point:
    start: date
    end: date
    value: Number
    note: str = ""


@dataclass(frozen=True)
class CohortSpan:
    """A cohort whose dates stand on the chart."""

    name: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class Run:
    """`first` and `last` count points of the whole chart from 0; `count` is what the rule counted.

    `direction`: above, below; rising, falling.
    """

    first: int
    last: int
    count: int
    direction: str
    median: Fraction


@dataclass(frozen=True)
class Segment:
    """Points under one definition: `first` to `last`, both included."""

    first: int
    last: int
    median: Fraction
    baseline_n: int  # points that made the median
    is_frozen: bool  # from points before the first cohort, extended; else from all
    off_median: int
    shifts: tuple[Run, ...]
    trends: tuple[Run, ...]

    @property
    def has_enough(self) -> bool:
        return self.off_median >= LEAST_OFF_MEDIAN


@dataclass(frozen=True)
class RunChart:
    """`median` and `baseline_n` are of the newest segment; runs are of all."""

    median: Fraction | None
    baseline_n: int
    shifts: tuple[Run, ...]
    trends: tuple[Run, ...]
    breaks: tuple[int, ...]  # places of points with which a new definition begins
    segments: tuple[Segment, ...]


def analyse(*, points: Sequence[Point], cohorts: Sequence[CohortSpan] = ()) -> RunChart:
    """Find median, shifts, trends and definition breaks of points in order of time."""
    ordered = sorted(points, key=lambda point: point.start)
    if not ordered:
        return RunChart(None, 0, (), (), (), ())
    first_start = min((cohort.starts_on for cohort in cohorts), default=None)
    breaks = tuple(
        place for place in range(1, len(ordered)) if ordered[place].note != ordered[place - 1].note
    )
    edges = (0, *breaks, len(ordered))
    segments = tuple(
        _segment(ordered[first:end], first, first_start)
        for first, end in zip(edges, edges[1:], strict=False)
    )
    newest = segments[-1]
    return RunChart(
        newest.median,
        newest.baseline_n,
        tuple(run for segment in segments for run in segment.shifts),
        tuple(run for segment in segments for run in segment.trends),
        breaks,
        segments,
    )


def _segment(points: Sequence[Point], first: int, first_start: date | None) -> Segment:
    before = [Fraction(point.value) for point in points if first_start and point.end < first_start]
    is_frozen = len(before) >= LEAST_BASELINE
    values = [Fraction(point.value) for point in points]
    basis = before if is_frozen else values
    median = statistics.median(basis)
    off_median = sum(1 for value in values if value != median)
    enough = off_median >= LEAST_OFF_MEDIAN
    return Segment(
        first=first,
        last=first + len(points) - 1,
        median=median,
        baseline_n=len(basis),
        is_frozen=is_frozen,
        off_median=off_median,
        shifts=_shifts(values, median, first) if enough else (),
        trends=_trends(values, median, first) if enough else (),
    )


def _shifts(values: Sequence[Fraction], median: Fraction, offset: int) -> tuple[Run, ...]:
    """Points on the median neither count nor break."""
    found: list[Run] = []
    side, places = "", list[int]()
    for place, value in [*enumerate(values), (len(values), None)]:
        if value == median:
            continue
        now = "" if value is None else "above" if value > median else "below"
        if now != side:
            if len(places) >= SHIFT:
                found.append(
                    Run(places[0] + offset, places[-1] + offset, len(places), side, median)
                )
            side, places = now, []
        places.append(place)
    return tuple(found)


def _trends(values: Sequence[Fraction], median: Fraction, offset: int) -> tuple[Run, ...]:
    """A repeated value neither counts nor breaks: it is left out before steps are compared."""
    kept = [
        place for place in range(len(values)) if place == 0 or values[place] != values[place - 1]
    ]
    found: list[Run] = []
    start = 0
    for at in range(1, len(kept) + 1):
        goes_on = at < len(kept) and (
            at - start < 2
            or (values[kept[at]] > values[kept[at - 1]])
            == (values[kept[at - 1]] > values[kept[at - 2]])
        )
        if goes_on:
            continue
        count = at - start
        if count >= TREND:
            rising = values[kept[at - 1]] > values[kept[at - 2]]
            direction = "rising" if rising else "falling"
            found.append(Run(kept[start] + offset, kept[at - 1] + offset, count, direction, median))
        start = at - 1  # the turning point belongs to both
    return tuple(found)
