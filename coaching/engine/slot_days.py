"""Slots by the viewer's day, with the labels of the viewer's clock."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from itertools import pairwise, repeat
from operator import attrgetter
from typing import NamedTuple
from zoneinfo import ZoneInfo

from coaching.engine.intervals import Iv
from coaching.engine.slots import Diary, SlotShape, coach_starts
from coaching.engine.wall_clock import day_table


class Slot(NamedTuple):
    start: int
    coach: int
    label: str  # the viewer's wall time; with the zone's abbreviation if the day has it twice


# Fifty thousand of them: the tuple itself is made, without a call of Python for each.
_slot: Callable[[tuple[int, int, str]], Slot] = partial(tuple.__new__, Slot)


class SlotDay(NamedTuple):
    day: date  # the viewer's
    slots: list[Slot]


def open_slots(
    diaries: Iterable[Diary],
    shape: SlotShape,
    *,
    viewer_zone: str,
    d0: date,
    d1: date,
    now: int,
    viewer_busy: Sequence[Iv] = (),
) -> list[SlotDay]:
    """Return the free slots of all coaches on the viewer's dates d0 to d1, both included.

    The viewer's zone groups and labels, nothing else. Days without a slot are left out.
    """
    table = day_table(viewer_zone, d0, d1 + timedelta(days=1))
    lo, hi = table[0].midnight, table[-1].midnight
    # By start first: most starts are open with many coaches, and each is read on the clock once.
    coaches: dict[int, list[int]] = defaultdict(list)
    for diary in sorted(diaries, key=attrgetter("coach")):
        coach = diary.coach
        for start in coach_starts(diary, shape, lo=lo, hi=hi, now=now, viewer_busy=viewer_busy):
            coaches[start].append(coach)
    starts, at = sorted(coaches), 0
    days: list[SlotDay] = []
    for row, following in pairwise(table):
        upto = bisect_left(starts, following.midnight, at)
        if upto > at:
            labels = _labels(starts[at:upto], row.midnight if row.is_uniform else None, viewer_zone)
            slots: list[Slot] = []
            for start, label in labels.items():
                slots += map(_slot, zip(repeat(start), coaches[start], repeat(label)))
            days.append(SlotDay(row.day, slots))
            at = upto
    return days


def _labels(starts: Iterable[int], midnight: int | None, viewer_zone: str) -> Mapping[int, str]:
    """Return "07:00" per start; "01:00 EDT" and "01:00 EST" where one day has a time twice."""
    if midnight is not None:
        labels = {}
        for start in starts:
            hour, rest = divmod(start - midnight, 3600)
            labels[start] = f"{hour:02d}:{rest // 60:02d}"
        return labels
    tz = ZoneInfo(viewer_zone)
    local = {start: datetime.fromtimestamp(start, tz) for start in starts}
    labels = {start: f"{at:%H:%M}" for start, at in local.items()}
    often = Counter(labels.values())
    return {
        start: f"{label} {local[start]:%Z}" if often[label] > 1 else label
        for start, label in labels.items()
    }
