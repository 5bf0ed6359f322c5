"""Where a week's spans lie in a grid of half-hours: pure, and right when clocks change.

The rows are wall-clock half-hours. An hour that one day of the week has twice gets a second set of
rows; days that do not pass an hour (or not twice) have those rows marked as absent. Positions count
quarters of an hour from 1, as grid lines do.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from coaching.engine.intervals import Iv
from coaching.engine.wall_clock import day_table

HALF_HOUR = 1800
_USUAL = (7 * 60, 19 * 60)  # shown even if nothing is planned


class Row(NamedTuple):
    """One half-hour of the axis."""

    minute: int  # wall minutes since 00:00
    again: bool = False  # the second pass of an hour that is passed twice

    @property
    def label(self) -> str:
        return f"{self.minute // 60:02d}:{self.minute % 60:02d}"


class Place(NamedTuple):
    """Grid lines: the first quarter and how many; side by side where spans meet."""

    at: int
    length: int
    lane: int = 1
    lanes: int = 1


@dataclass(frozen=True)
class DayColumn:
    """One local date: its first instant, its end, and which rows it passes."""

    day: date
    lo: int
    hi: int
    rows: frozenset[Row]


@dataclass(frozen=True)
class WeekGrid:
    zone: str
    rows: tuple[Row, ...]
    days: tuple[DayColumn, ...]

    def place(self, column: DayColumn, span: Iv) -> Place | None:
        """Return where the part of `span` on this date lies; None if none of it does."""
        lo, hi = max(span[0], column.lo), min(span[1], column.hi)
        if lo >= hi:
            return None
        first, last = self._quarter(column, lo), self._quarter(column, hi - 1)
        return Place(first + 1, last - first + 1)

    def absent(self, column: DayColumn) -> list[Place]:
        """Return the rows that this date does not pass, neighbors joined."""
        found: list[Place] = []
        for index, row in enumerate(self.rows):
            if row in column.rows:
                continue
            at = index * 2 + 1
            if found and found[-1].at + found[-1].length == at:
                found[-1] = Place(found[-1].at, found[-1].length + 2)
            else:
                found.append(Place(at, 2))
        return found

    def label(self, column: DayColumn, instant: int) -> str:
        """Return "07:00"; "01:00 EST" where the date has that hour twice."""
        local = datetime.fromtimestamp(instant, ZoneInfo(self.zone))
        minute = local.hour * 60 + local.minute
        is_twice = Row(minute - minute % 30, True) in column.rows
        return f"{local:%H:%M %Z}" if is_twice else f"{local:%H:%M}"

    def _quarter(self, column: DayColumn, instant: int) -> int:
        local = datetime.fromtimestamp(instant, ZoneInfo(self.zone))
        minute = local.hour * 60 + local.minute
        row = Row(minute - minute % 30, bool(local.fold) and _is_second(local, column))
        # Rows before the first or past the last shown one are trimmed away only when empty.
        index = self.rows.index(row)
        return index * 2 + (minute % 30) // 15


def _is_second(local: datetime, column: DayColumn) -> bool:
    """Whether the fold of a clock reading is one whose first pass was on the same date."""
    minute = local.hour * 60 + local.minute
    return Row(minute - minute % 30, True) in column.rows


def week_grid(zone: str, first: date, spans: Iterable[Iv] = (), days: int = 7) -> WeekGrid:
    """Return the grid of `days` dates from `first`, tall enough for `spans`."""
    table = day_table(zone, first, first + timedelta(days=days))
    columns = tuple(
        DayColumn(
            row.day, row.midnight, after.midnight, _rows_of(zone, row.midnight, after.midnight)
        )
        for row, after in zip(table, table[1:], strict=False)
    )
    whole = WeekGrid(zone, _axis(columns), columns)
    places = [place for span in spans for day in columns if (place := whole.place(day, span))]
    start, end = _USUAL
    top = whole.rows.index(Row(start))
    bottom = whole.rows.index(Row(end))
    top = min([top, *((place.at - 1) // 2 for place in places)])
    bottom = max([bottom, *((place.at + place.length) // 2 for place in places)])
    # Begin on a full hour: the labels stand beside full hours.
    while top and whole.rows[top].minute % 60:
        top -= 1
    return WeekGrid(zone, whole.rows[top:bottom], columns)


def _rows_of(zone: str, lo: int, hi: int) -> frozenset[Row]:
    tz = ZoneInfo(zone)
    seen: set[Row] = set()
    for instant in range(lo, hi, HALF_HOUR // 2):
        local = datetime.fromtimestamp(instant, tz)
        minute = local.hour * 60 + local.minute
        row = Row(minute - minute % 30)
        seen.add(Row(row.minute, True) if local.fold and row in seen else row)
    return frozenset(seen)


def _axis(columns: Sequence[DayColumn]) -> tuple[Row, ...]:
    rows = [Row(minute) for minute in range(0, 1440, 30)]
    again = sorted({row for column in columns for row in column.rows if row.again})
    if again:
        after = rows.index(Row(again[-1].minute)) + 1
        rows[after:after] = again
    return tuple(rows)


def side_by_side(places: Sequence[Place]) -> list[Place]:
    """Give places that meet a lane each, in the order they begin; the others keep the full width."""
    found: list[Place | None] = [None] * len(places)
    order = sorted(range(len(places)), key=lambda index: (places[index].at, -places[index].length))
    group: list[tuple[int, int]] = []  # index, lane
    ends: list[int] = []  # where each lane of the group is free again

    def close() -> None:
        for index, lane in group:
            found[index] = places[index]._replace(lane=lane + 1, lanes=len(ends))
        group.clear()
        ends.clear()

    for index in order:
        place = places[index]
        if ends and place.at >= max(ends):
            close()
        lane = next((n for n, end in enumerate(ends) if end <= place.at), len(ends))
        if lane == len(ends):
            ends.append(0)
        ends[lane] = place.at + place.length
        group.append((index, lane))
    close()
    return [place for place in found if place is not None]
