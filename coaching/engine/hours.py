"""When a coach is open: weekly rules, dated exceptions, leave and travel, read as spans of instants."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from coaching.engine.intervals import Iv, merge, subtract
from coaching.engine.wall_clock import DayRow, day_table, local_date, resolve_wall

REPLACE, ADD, REMOVE = "replace", "add", "remove"


class Rule(NamedTuple):
    """A weekly window in wall minutes; past 1440 it runs into the next day."""

    weekday: int  # Monday 0
    start_min: int
    end_min: int
    valid_from: date | None = None
    valid_to: date | None = None  # included


class Override(NamedTuple):
    """What differs on one date: `replace` without times closes it."""

    day: date
    kind: str
    start_min: int | None = None
    end_min: int | None = None


class Travel(NamedTuple):
    """Dates on which the hours are read on another clock."""

    first: date
    last: date  # included
    zone: str


class Leave(NamedTuple):
    """Dates without hours."""

    first: date
    last: date  # included


_DAY = timedelta(days=1)
_REACH = 2 * _DAY  # hours end two dates on at the latest


def windows(
    rules: Sequence[Rule],
    overrides: Sequence[Override],
    tz_name: str,
    d0: date,
    d1: date,
    *,
    travel: Sequence[Travel] = (),
    leaves: Sequence[Leave] = (),
) -> list[Iv]:
    """Return the open hours that begin on the coach's dates d0 to d1, sorted and disjoint.

    A leave takes its dates whole: the hours that begin on them, and those that reach in from the
    evening before.
    """
    opened, closed = hours_between(rules, overrides, tz_name, d0, d1, travel=travel, leaves=leaves)
    return [(piece.start, piece.end) for piece in subtract(merge(opened), merge(closed))]


def hours_between(
    rules: Sequence[Rule],
    overrides: Sequence[Override],
    tz_name: str,
    d0: date,
    d1: date,
    *,
    travel: Sequence[Travel] = (),
    leaves: Sequence[Leave] = (),
) -> tuple[list[Iv], list[Iv]]:
    """Return the spans opened on the coach's dates d0 to d1 and all that may be cut from them.

    Neither is sorted, and spans may overlap.
    """
    weekly: list[list[Rule]] = [[], [], [], [], [], [], []]
    for rule in rules:
        weekly[rule.weekday].append(rule)
    dated: dict[date, list[Override]] = {}
    closed: list[Iv] = []
    for override in overrides:
        dated.setdefault(override.day, []).append(override)
        if override.kind == REMOVE and d0 - _REACH <= override.day <= d1 + _REACH:
            ((zone, day, _),) = zones_of(tz_name, override.day, override.day, travel)
            closed += _spans(_times([override], REMOVE), day_table(zone, day, day)[0], zone)
    if leaves:
        closed += closed_by(leaves, tz_name, d0 - _REACH, d1 + _REACH, travel=travel)
    opened: list[Iv] = []
    for zone, first, last in zones_of(tz_name, d0, d1, travel):
        for row in day_table(zone, first, last):
            day = row.day
            walls = [
                (start, end)
                for _, start, end, since, until in weekly[day.weekday()]
                if (since is None or since <= day) and (until is None or day <= until)
            ]
            if day in dated:
                walls = _apply(dated[day], walls)
            if leaves and any(leave.first <= day <= leave.last for leave in leaves):
                continue
            opened += _spans(walls, row, zone)
    return opened, closed


def _spans(walls: Sequence[Iv], row: DayRow, zone: str) -> list[Iv]:
    """Read wall minutes of one date as instants."""
    if row.is_uniform:
        return [(row.midnight + lower * 60, row.midnight + upper * 60) for lower, upper in walls]
    tz = ZoneInfo(zone)
    return [
        (resolve_wall(row.day, lower, tz, "start"), resolve_wall(row.day, upper, tz, "end"))
        for lower, upper in walls
    ]


def _apply(overrides: Sequence[Override], walls: list[Iv]) -> list[Iv]:
    """Return a date's windows in wall minutes: replace, then add. Among replacements, closing wins."""
    replacing = [override for override in overrides if override.kind == REPLACE]
    if replacing:
        is_closed = any(override.start_min is None for override in replacing)
        walls = [] if is_closed else _times(replacing, REPLACE)
    return walls + _times(overrides, ADD)


def _times(overrides: Sequence[Override], kind: str) -> list[Iv]:
    return [
        (override.start_min, override.end_min)
        for override in overrides
        if override.kind == kind and override.start_min is not None and override.end_min is not None
    ]


def zones_of(
    tz_name: str, d0: date, d1: date, travel: Sequence[Travel]
) -> Iterator[tuple[str, date, date]]:
    """Yield the stretches of the coach's dates d0 to d1 that one clock holds for, in order."""
    for trip in sorted(travel):
        if trip.last < d0 or trip.first > d1:
            continue
        if d0 < trip.first:
            yield tz_name, d0, trip.first - _DAY
        yield trip.zone, max(d0, trip.first), min(d1, trip.last)
        d0 = trip.last + _DAY
    if d0 <= d1:
        yield tz_name, d0, d1


def closed_by(
    leaves: Sequence[Leave], tz_name: str, d0: date, d1: date, *, travel: Sequence[Travel] = ()
) -> list[Iv]:
    """Return the instants of the leave among the coach's dates d0 to d1, sorted and disjoint."""
    spans: list[Iv] = []
    for leave in leaves:
        first, last = max(leave.first, d0), min(leave.last, d1)
        if first > last:
            continue
        for zone, begin, end in zones_of(tz_name, first, last, travel):
            table = day_table(zone, begin, end + _DAY)
            spans.append((table[0].midnight, table[-1].midnight))
    return merge(spans)


def coach_date(seconds: int, tz: ZoneInfo, travel: Sequence[Travel] = ()) -> date:
    """Return the coach's date of an instant: that of a trip if it is one of its dates, else at home."""
    for trip in travel:
        day = local_date(seconds, ZoneInfo(trip.zone))
        if trip.first <= day <= trip.last:
            return day
    return local_date(seconds, tz)
