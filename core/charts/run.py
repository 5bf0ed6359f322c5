"""Run chart: points over calendar time, a median, spans with their names, no judgment.

Geometry only, like `bar.py`. The x axis is time itself, so a gap is as wide as it lasted.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from core.charts.bar import NARROW
from core.charts.weeks import Frame, Tick

LANE = 22  # height of a span's bar with its letter
_LEFT, _BOTTOM = 52, 34
_LETTER = 8.2  # width of a bold letter of a chart
_Along = Callable[..., float]  # a day, and perhaps a share of days after it, to x
_MONTHS = (1, 2, 3, 6, 12, 24, 36, 60, 120)


@dataclass(frozen=True)
class RunPoint:
    start: date
    end: date
    value: float
    is_hollow: bool = False


@dataclass(frozen=True)
class Median:
    """A line from point `first` to point `last`, with its words at the end."""

    first: int
    last: int
    value: float
    words: str


@dataclass(frozen=True)
class Span:
    """A stretch of time with a short name, as "A"."""

    name: str
    start: date
    end: date


@dataclass(frozen=True)
class MedianLine:
    x1: float
    x2: float
    y: float
    words: str
    words_x: float
    words_y: float
    is_at_end: bool


@dataclass(frozen=True)
class SpanBar:
    name: str
    x: float
    y: float
    width: float
    name_x: float
    edges: tuple[float, ...]  # x of starts and ends that lie on the chart


@dataclass(frozen=True)
class RunDrawing:
    frame: Frame
    runs: tuple[str, ...]
    dots: tuple[tuple[float, float], ...]
    rings: tuple[tuple[float, float], ...]
    medians: tuple[MedianLine, ...]
    spans: tuple[SpanBar, ...]
    breaks: tuple[float, ...]


def run_drawing(
    points: Sequence[RunPoint],
    *,
    medians: Sequence[Median],
    spans: Sequence[Span],
    breaks: Sequence[int],
    low: float,
    high: float,
    unit: str,
    label_of: str = "%b %y",
    width: int,
) -> RunDrawing:
    """Lay out a run chart of points in order of time; there is at least one.

    Args:
        medians: one for each stretch of one definition.
        spans: those that lie on no day of the chart are left out.
        breaks: places of points with which a new definition begins.
        low, high: the ends of the y axis.
        unit: written after the figures of the y axis.
    """
    first, last = points[0].start, points[-1].end
    seen = [one for one in spans if one.start <= last and one.end >= first]
    lanes = _lanes(seen)
    top = 14.0 + LANE * (max(lanes, default=-1) + 1)
    height = int(top + (190 if width == NARROW else 230) + _BOTTOM)
    right = float(width - 8)
    bottom = float(height - _BOTTOM)
    days = (last - first).days + 1

    def x_of(day: date, share: float = 0.0) -> float:
        return round(_LEFT + (right - _LEFT) * ((day - first).days + share) / days, 2)

    def y_of(value: float) -> float:
        share = (value - low) / (high - low)
        return round(bottom - (bottom - top) * max(0.0, min(1.0, share)), 2)

    middles = [x_of(one.start, ((one.end - one.start).days + 1) / 2) for one in points]
    places = [(x, y_of(one.value)) for x, one in zip(middles, points, strict=True)]
    frame = Frame(
        width,
        height,
        float(_LEFT),
        right,
        top,
        bottom,
        _time_ticks(first, last, x_of, 4 if width == NARROW else 8, label_of),
        tuple(Tick(y_of(value), f"{value:g}{unit}") for value in (low, (low + high) / 2, high)),
    )
    return RunDrawing(
        frame,
        _runs(points, places, set(breaks)),
        tuple(place for place, one in zip(places, points, strict=True) if not one.is_hollow),
        tuple(place for place, one in zip(places, points, strict=True) if one.is_hollow),
        tuple(
            _median_line(
                one,
                (x_of(points[one.first].start), x_of(points[one.last].end, 1)),
                y_of(one.value),
                right,
                places,
            )
            for one in medians
        ),
        tuple(
            _span_bar(one, lane, first, last, x_of) for one, lane in zip(seen, lanes, strict=True)
        ),
        tuple(x_of(points[place].start) for place in breaks),
    )


def nice_top(value: float) -> float:
    """The next round figure at or above `value`: 1, 2, 4, 5, 6, 8 or 10 times a power of ten."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 4, 5, 6, 8, 10) if step * power >= value * 0.9999)


def _median_line(
    one: Median,
    ends: tuple[float, float],
    y: float,
    right: float,
    places: Sequence[tuple[float, float]],
) -> MedianLine:
    """Write the words above or below the line, at its end or its start: where fewest points lie."""
    long = _LETTER * len(one.words)
    spots = [(right, dy, True) for dy in (-8.0, 20.0)]
    if ends[0] + long <= right:
        spots += [(ends[0], dy, False) for dy in (-8.0, 20.0)]

    def covered(spot: tuple[float, float, bool]) -> int:
        x, dy, is_at_end = spot
        left = x - long if is_at_end else x
        middle = y + dy - 5
        return sum(
            left - 6 <= px <= left + long + 6 and abs(py - middle) < 16 for px, py in _along(places)
        )

    x, dy, is_at_end = min(spots, key=covered)  # the first of equals: above the line, at its end
    return MedianLine(*ends, y, one.words, x, y + dy, is_at_end)


def _along(places: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Points of the line itself: eight on the way from each place to the next."""
    found = list(places)
    for (x1, y1), (x2, y2) in itertools.pairwise(places):
        found += [(x1 + (x2 - x1) * n / 8, y1 + (y2 - y1) * n / 8) for n in range(1, 8)]
    return found


def _runs(
    points: Sequence[RunPoint], places: Sequence[tuple[float, float]], breaks: set[int]
) -> tuple[str, ...]:
    """Stretches without a gap and under one definition, for <polyline>."""
    runs: list[list[str]] = [[]]
    for place, (x, y) in enumerate(places):
        if place and (
            place in breaks or points[place].start - points[place - 1].end > timedelta(days=1)
        ):
            runs.append([])
        runs[-1].append(f"{x},{y}")
    return tuple(" ".join(run) for run in runs if len(run) > 1)


def _lanes(spans: Sequence[Span]) -> list[int]:
    """The lane of each span, so that none lies on another."""
    ends: list[date] = []
    lanes = []
    for one in spans:
        free = next((lane for lane, end in enumerate(ends) if end < one.start), len(ends))
        if free == len(ends):
            ends.append(one.end)
        ends[free] = one.end
        lanes.append(free)
    return lanes


def _span_bar(one: Span, lane: int, first: date, last: date, x_of: _Along) -> SpanBar:
    left, right = x_of(max(one.start, first)), x_of(min(one.end, last), 1)
    edges = [left] if one.start >= first else []
    edges += [right] if one.end <= last else []
    y = 4.0 + LANE * lane
    short = max(0.0, LANE - (right - left))  # a bar holds its letter
    left, right = left - short / 2, right + short / 2
    return SpanBar(
        one.name,
        round(left, 2),
        y,
        round(right - left, 2),
        round((left + right) / 2, 2),
        tuple(edges),
    )


def _time_ticks(
    first: date, last: date, x_of: _Along, most: int, label_of: str
) -> tuple[Tick, ...]:
    """Firsts of months, so many apart that `most` or fewer find room."""
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    step = next((one for one in _MONTHS if months / one <= most), _MONTHS[-1])
    ticks = []
    for number in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        day = date(number // 12, number % 12 + 1, 1)
        if number % step == 0 and first <= day <= last:
            ticks.append(Tick(x_of(day), day.strftime(label_of)))
    return tuple(ticks or [Tick(x_of(first), first.strftime(label_of))])
