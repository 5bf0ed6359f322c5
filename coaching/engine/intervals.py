"""Half-open spans [start, end) of integers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

Iv = tuple[int, int]


class Free(NamedTuple):
    """A free piece of a window; `anchor` is where the window itself starts."""

    start: int
    end: int
    anchor: int


def merge(spans: Iterable[Iv]) -> list[Iv]:
    """Sort spans, drop empty ones, join those that overlap or touch."""
    merged: list[Iv] = []
    for start, end in sorted(spans):
        if end <= start:
            continue
        if merged and start <= merged[-1][1]:
            if end > merged[-1][1]:
                merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged


def share(spans: Iterable[Iv]) -> list[Free]:
    """Give each instant to the earliest of the windows that hold it, so that none is listed twice.

    The pieces are sorted and disjoint; those of windows that overlap or touch, touch.
    """
    pieces: list[Free] = []
    reach: int | None = None
    for start, end in sorted(spans):
        begin = start if reach is None or reach < start else reach
        if begin < end:
            pieces.append(Free(begin, end, start))
            reach = end
    return pieces


def subtract(windows: Sequence[Iv], busy: Sequence[Iv]) -> list[Free]:
    """Return what busy spans leave of windows, in one pass over both.

    Args:
        windows: sorted and disjoint.
        busy: sorted and disjoint.
    """
    return cut([Free(start, end, start) for start, end in windows], busy)


def cut(pieces: Sequence[Free], busy: Sequence[Iv]) -> list[Free]:
    """Return what busy spans leave of pieces, which keep their anchors; both sorted and disjoint."""
    free: list[Free] = []
    at, count = 0, len(busy)
    for piece in pieces:
        start, end, anchor = piece
        while at < count and busy[at][1] <= start:
            at += 1
        if at == count or busy[at][0] >= end:
            free.append(piece)
            continue
        cursor, ahead = start, at
        while ahead < count and busy[ahead][0] < end:
            if busy[ahead][0] > cursor:
                free.append(Free(cursor, busy[ahead][0], anchor))
            cursor = max(cursor, busy[ahead][1])
            ahead += 1
        # The last span may reach into the next window: step back to it.
        at = max(at, ahead - 1)
        if cursor < end:
            free.append(Free(cursor, end, anchor))
    return free


def overlaps(spans: Sequence[Iv], start: int, end: int) -> bool:
    """Whether any of `spans` meets [start, end)."""
    return any(lower < end and start < upper for lower, upper in spans)
