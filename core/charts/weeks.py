"""Charts over the weeks of a cohort: lines on a full scale, stacked columns, and steps that fall.

Geometry only, like `bar.py`: numbers in, positions out, in user units of the viewBox, laid out once
for a phone and once for a page. A value that is None leaves a gap: hidden, or not known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.charts.bar import NARROW, ROW, WIDE, Key, Part, shorten

MOST_SERIES = 4  # more become small multiples
LABEL_APART = 17  # between the words at the ends of two lines
_TOP, _BOTTOM, _LEFT = 12, 34, 52


@dataclass(frozen=True)
class Series:
    """One line; `tone` is one of s1 to s4, and brings its own marker and dash."""

    label: str
    tone: str
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class Tick:
    place: float  # x or y
    label: str


@dataclass(frozen=True)
class Frame:
    """The axes: y runs from 0 to the full scale, x from the first to the last point of time."""

    width: int
    height: int
    left: float
    right: float
    top: float
    bottom: float
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]


@dataclass(frozen=True)
class Line:
    label: str
    tone: str
    runs: tuple[str, ...]  # points of each unbroken stretch, for <polyline>
    markers: tuple[tuple[float, float], ...]
    label_x: float
    label_y: float


@dataclass(frozen=True)
class WeekLines:
    frame: Frame
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Column:
    x: float
    width: float
    blocks: tuple[tuple[str, float, float], ...]  # tone, y, height; from the ground up


@dataclass(frozen=True)
class WeekStacks:
    frame: Frame
    columns: tuple[Column, ...]
    keys: tuple[Key, ...]
    height: int  # with the keys


@dataclass(frozen=True)
class FallingSteps:
    frame: Frame
    path: str
    end_x: float
    words_y: float  # of the figure at the end: above the line, or below one at the very top


def week_lines(
    series: Sequence[Series], *, labels: Sequence[str], full: float, unit: str, width: int
) -> WeekLines:
    """Lay out one line per series, each named at its end.

    Args:
        labels: of the points on the x axis, as many as each series has values.
        full: the top of the scale; values beyond are drawn at the top.
        unit: written after the figures of the y axis, as "%".

    Raises:
        ValueError: more than four series, or one with another number of values.
    """
    if len(series) > MOST_SERIES:
        raise ValueError(f"{len(series)} series; at most {MOST_SERIES} can be told apart")
    frame = _frame(width, labels, full, unit, right=96 if width < WIDE else 168)
    span = frame.right - frame.left
    lines = []
    for one in series:
        if len(one.values) != len(labels):
            raise ValueError(f"{one.label}: {len(one.values)} values for {len(labels)} labels")
        places = [
            None
            if value is None
            else (frame.left + _along(place, len(labels), span), _height(value, full, frame))
            for place, value in enumerate(one.values)
        ]
        points = tuple((round(x, 2), y) for x, y in filter(None, places))
        end = points[-1][1] if points else frame.bottom
        limit = 13 if width < WIDE else 24
        lines.append(
            Line(
                shorten(one.label, limit),
                one.tone,
                _runs(places),
                points,
                frame.right + 10,
                end + 5,
            )
        )
    return WeekLines(frame, _apart(lines, frame))


def week_stacks(
    weeks: Sequence[Sequence[Part]], *, labels: Sequence[str], full: float, width: int
) -> WeekStacks:
    """Lay out one column per week, its parts from the ground up in the order given."""
    frame = _frame(width, labels, full, "", right=4)
    span = frame.right - frame.left
    step = span / max(1, len(weeks))
    size = round(min(step * 0.72, 46), 2)
    columns = []
    for place, parts in enumerate(weeks):
        ground, blocks = frame.bottom, []
        for part in parts:
            top = ground - (frame.bottom - frame.top) * part.value / full if full else ground
            if part.value > 0:
                blocks.append((part.tone, round(top, 2), round(max(0.5, ground - top - 1), 2)))
            ground = top
        left = frame.left + step * place + (step - size) / 2
        columns.append(Column(round(left, 2), size, tuple(blocks)))
    ticks = tuple(
        Tick(round(frame.left + step * (place + 0.5), 2), str(label))
        for place, label in enumerate(labels)
        if place in _shown(len(labels), width)
    )
    frame = Frame(
        frame.width, frame.height, frame.left, frame.right, frame.top, frame.bottom, ticks,
        frame.y_ticks,
    )  # fmt: skip
    keys = _keys(weeks[-1] if weeks else (), frame, width)
    lowest = max((key.y for key in keys), default=frame.height - ROW)
    return WeekStacks(frame, tuple(columns), keys, int(lowest + ROW))


def falling_steps(
    points: Sequence[tuple[float, float]], *, labels: Sequence[tuple[float, str]], width: int
) -> FallingSteps:
    """Lay out a curve that falls by steps, as survival does: (x, share from 0 to 1), x rising.

    Args:
        labels: (x, words) of the ticks; the last x is where the curve ends.
    """
    end = labels[-1][0] if labels else 1.0
    bare = _frame(width, (), 100, "%", right=16)
    span = bare.right - bare.left

    def x_of(value: float) -> float:
        return round(bare.left + span * (value / end if end else 0), 2)

    ticks = tuple(Tick(x_of(value), words) for value, words in labels)
    frame = Frame(
        bare.width, bare.height, bare.left, bare.right, bare.top, bare.bottom, ticks, bare.y_ticks
    )
    y = _height(1, 1, frame)
    path = [f"M{x_of(0)} {y}"]
    for x, share in points:
        y = _height(share, 1, frame)
        path.append(f"H{x_of(min(x, end))}V{y}")
    path.append(f"H{x_of(end)}")
    words = y - 8 if y - 24 > frame.top else y + 20
    return FallingSteps(frame, "".join(path), x_of(end), round(words, 2))


def _frame(width: int, labels: Sequence[str], full: float, unit: str, *, right: float) -> Frame:
    height = 230 if width == NARROW else 270
    left, end = float(_LEFT), float(width - right)
    top, bottom = float(_TOP), float(height - _BOTTOM)
    y_ticks = tuple(
        Tick(round(bottom - (bottom - top) * share, 2), f"{_figure(full * share)}{unit}")
        for share in (0.0, 0.5, 1.0)
        if unit or not (full * share) % 1  # half a person is no figure
    )
    x_ticks = tuple(
        Tick(round(left + _along(place, len(labels), end - left), 2), str(label))
        for place, label in enumerate(labels)
        if place in _shown(len(labels), width)
    )
    return Frame(width, height, left, end, top, bottom, x_ticks, y_ticks)


def _along(place: int, count: int, span: float) -> float:
    return span / 2 if count < 2 else span * place / (count - 1)


def _height(value: float, full: float, frame: Frame) -> float:
    share = max(0.0, min(1.0, value / full)) if full else 0.0
    return round(frame.bottom - (frame.bottom - frame.top) * share, 2)


def _shown(count: int, width: int) -> set[int]:
    """Which labels of the x axis there is room for: the first, and each so many after."""
    room = 6 if width < WIDE else 12
    step = max(1, -(-count // room))
    return set(range(0, count, step))


def _figure(value: float) -> str:
    return f"{value:g}"


def _runs(places: Sequence[tuple[float, float] | None]) -> tuple[str, ...]:
    runs: list[list[str]] = [[]]
    for place in places:
        if place is None:
            runs.append([])
        else:
            runs[-1].append(f"{round(place[0], 2)},{place[1]}")
    return tuple(" ".join(run) for run in runs if len(run) > 1)


def _apart(lines: list[Line], frame: Frame) -> tuple[Line, ...]:
    """Move the words at the ends so far apart that each can be read, and none below the axis."""
    order = sorted(range(len(lines)), key=lambda place: lines[place].label_y)
    heights = [lines[place].label_y for place in order]
    for place in range(1, len(heights)):
        heights[place] = max(heights[place], heights[place - 1] + LABEL_APART)
    lowest = frame.bottom + 5
    for place in range(len(heights) - 1, -1, -1):
        heights[place] = min(heights[place], lowest)
        lowest = heights[place] - LABEL_APART
    moved = list(lines)
    for place, height in zip(order, heights, strict=True):
        line = lines[place]
        moved[place] = Line(
            line.label, line.tone, line.runs, line.markers, line.label_x, round(height, 2)
        )
    return tuple(moved)


def _keys(parts: Sequence[Part], frame: Frame, width: int) -> tuple[Key, ...]:
    columns = 2 if width < WIDE else 3
    room = width / columns
    return tuple(
        Key(
            (place % columns) * room,
            frame.height + 6 + (place // columns) * ROW,
            (place % columns) * room + room - 20,
            frame.height + 6 + (place // columns) * ROW + 17,
            part.label,
            part.value,
            part.tone,
        )
        for place, part in enumerate(parts)
    )
