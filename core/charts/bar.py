"""Bars: one that is divided into states, and one per row that fills up.

Geometry only: numbers in, positions out, in user units of the viewBox. Each chart is laid out twice,
360 and 720 units wide, and CSS shows the one that fits its container; a single drawing scaled down
would shrink its words to 6 px on a phone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

NARROW, WIDE = 360, 720
GAP = 2  # between neighbors, so that they are told apart without color
ROW = 30  # height of a legend row: 14.5 px text and air


@dataclass(frozen=True)
class Part:
    """A share of a whole. `tone` is one of s1 to s4, rest, none (static/css/components/chart.css)."""

    label: str
    value: int
    tone: str


@dataclass(frozen=True)
class Block:
    x: float
    width: float
    tone: str


@dataclass(frozen=True)
class Key:
    x: float
    y: float
    value_x: float
    value_y: float
    label: str
    value: int
    tone: str


@dataclass(frozen=True)
class DividedBar:
    width: int
    height: int
    blocks: tuple[Block, ...]
    keys: tuple[Key, ...]


def divided_bar(parts: Sequence[Part], *, width: int) -> DividedBar:
    """Lay out one bar of `parts`, with a key of every part, those of value 0 included.

    A part that exists is at least 4 units wide; the others give way in proportion.
    """
    shown = [part for part in parts if part.value > 0]
    room = width - GAP * max(0, len(shown) - 1)
    total = sum(part.value for part in shown)
    least = 4.0
    small = [part for part in shown if room * part.value / total < least]
    rest = total - sum(part.value for part in small)
    blocks, x = [], 0.0
    for part in shown:
        size = least if part in small else (room - least * len(small)) * part.value / rest
        blocks.append(Block(round(x, 2), round(size, 2), part.tone))
        x += size + GAP
    columns = 1 if width < WIDE else 3
    per_column = -(-len(parts) // columns)
    column = width / columns
    keys = []
    for place, part in enumerate(parts):
        left = (place // per_column) * column
        top = 44 + (place % per_column) * ROW
        right = left + column - (0 if columns == 1 else 28)
        keys.append(Key(left, top, right, top + 17, part.label, part.value, part.tone))
    return DividedBar(width, 44 + per_column * ROW, tuple(blocks), tuple(keys))


@dataclass(frozen=True)
class Fill:
    """A row: how many of how many. `words` replaces the figures where they are hidden."""

    label: str
    value: int | None
    of: int
    words: str = ""

    @property
    def figures(self) -> str:
        return self.words if self.value is None else f"{self.value} of {self.of}"


@dataclass(frozen=True)
class FillRow:
    label: str
    figures: str
    label_y: float
    bar_x: float
    bar_y: float
    bar_width: float
    filled: float
    figures_x: float


@dataclass(frozen=True)
class FillBars:
    width: int
    height: int
    rows: tuple[FillRow, ...]


def fill_bars(fills: Sequence[Fill], *, width: int) -> FillBars:
    """Lay out one bar per row; the track is the full scale. Narrow: words above their bar."""
    rows = []
    for place, fill in enumerate(fills):
        share = fill.value / fill.of if fill.value is not None and fill.of else 0.0
        share = max(0.0, min(1.0, share))
        if width < WIDE:
            top = place * 54.0
            bar_x, bar_y, bar_width, label_y = 0.0, top + 24, float(width), top + 15
        else:
            top = place * 40.0
            bar_x, bar_y, bar_width, label_y = 268.0, top + 9, 352.0, top + 21
        label = shorten(fill.label, 34 if width < WIDE else 36)
        filled = round(bar_width * share, 2)
        row = FillRow(label, fill.figures, label_y, bar_x, bar_y, bar_width, filled, float(width))
        rows.append(row)
    height = len(rows) * (54 if width < WIDE else 40)
    return FillBars(width, height, tuple(rows))


def shorten(label: str, limit: int) -> str:
    """Cut a label at a word; the table under the chart has the whole of it."""
    if len(label) <= limit:
        return label
    return label[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
