"""Figures with their intervals on one line each, around an upright line of no difference.

Geometry only, like `bar.py`. Behind a figure stands the band that others found, if there is one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.charts.weeks import Tick

ROW = 62  # a label, and the bar under it
_SIDE, _BOTTOM = 26, 30


@dataclass(frozen=True)
class Interval:
    """A figure between the ends of its interval; `band` holds the ends of what others found."""

    label: str
    value: float
    low: float
    high: float
    band: tuple[float, float] | None = None


@dataclass(frozen=True)
class IntervalLine:
    label: str
    label_y: float
    y: float
    x1: float
    x2: float
    dot_x: float
    band_x: float | None
    band_y: float
    band_width: float


@dataclass(frozen=True)
class IntervalDrawing:
    width: int
    height: int
    zero_x: float
    bottom: float
    lines: tuple[IntervalLine, ...]
    ticks: tuple[Tick, ...]


def reach_of(rows: Sequence[Interval], *, least: float) -> float:
    """How far the axis goes to either side: as far as any end, and at least `least`."""
    ends = [abs(end) for row in rows for end in (row.low, row.high, *(row.band or ()))]
    return max([least, *(1.05 * end for end in ends)])


def place_of(value: float, reach: float) -> float:
    """Where a value lies on the line, 0 to 1; no difference lies in the middle."""
    return round(0.5 + value / (2 * reach), 4)


def interval_drawing(
    rows: Sequence[Interval], *, reach: float, ticks: Sequence[tuple[float, str]], width: int
) -> IntervalDrawing:
    """Lay out rows, the first on top. Args: ticks: values of the axis with their words."""
    room = width - 2 * _SIDE

    def x_of(value: float) -> float:
        return round(_SIDE + room * place_of(value, reach), 2)

    lines = []
    for number, row in enumerate(rows):
        top = ROW * number
        band = row.band and (x_of(row.band[0]), x_of(row.band[1]))
        lines.append(
            IntervalLine(
                label=row.label,
                label_y=top + 18.0,
                y=top + 42.0,
                x1=x_of(row.low),
                x2=x_of(row.high),
                dot_x=x_of(row.value),
                band_x=band[0] if band else None,
                band_y=top + 30.0,
                band_width=round(band[1] - band[0], 2) if band else 0.0,
            )
        )
    bottom = float(ROW * len(rows))
    return IntervalDrawing(
        width=width,
        height=int(bottom + _BOTTOM),
        zero_x=x_of(0),
        bottom=bottom,
        lines=tuple(lines),
        ticks=tuple(Tick(x_of(value), words) for value, words in ticks),
    )
