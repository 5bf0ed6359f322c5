"""How a slot sits with a clinician's shifts. It warns and sorts; it never takes a slot away.

Plain epoch seconds. A shift asks for half an hour on each side, a night shift for eight hours of
sleep after it; a night shift is one with at least three hours between 23:00 and 06:00 local.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from coaching.engine.intervals import Iv, merge
from coaching.engine.wall_clock import local_date, resolve_wall

MARGIN_S = 30 * 60
SLEEP_S = 8 * 3600
NIGHT_FROM_MIN, NIGHT_UNTIL_MIN = 23 * 60, 30 * 60
NIGHT_LEAST_S = 3 * 3600


class Fit(StrEnum):
    """From the most to the least welcome; the order in which a picker shows them."""

    BEFORE = "before"  # the shift that begins that day
    AFTER = "after"  # the shift that ended that day
    FREE = "free"  # no shift that day
    CLOSE = "close"  # within half an hour of a shift
    SLEEP = "sleep"  # within eight hours after a night shift
    DURING = "during"

    @property
    def is_warning(self) -> bool:
        return self in (Fit.CLOSE, Fit.SLEEP, Fit.DURING)


class Seat(NamedTuple):
    """How a slot fits, and the shift that says so: the one met, or the nearest of its day."""

    fit: Fit
    shift: Iv | None


def is_night(shift: Iv, tz: ZoneInfo) -> bool:
    """Whether a shift takes at least three hours of a night, counted as they pass."""
    start, end = shift
    day, last = local_date(start, tz) - timedelta(days=1), local_date(end, tz)
    taken = 0
    while day <= last:
        begins = resolve_wall(day, NIGHT_FROM_MIN, tz, "start")
        ends = resolve_wall(day, NIGHT_UNTIL_MIN, tz, "end")
        taken += max(0, min(end, ends) - max(start, begins))
        day += timedelta(days=1)
    return taken >= NIGHT_LEAST_S


def sleep_after(shifts: Sequence[Iv], tz: ZoneInfo) -> list[Iv]:
    """Return the hours to keep silent after night shifts, sorted and disjoint."""
    return merge((end, end + SLEEP_S) for start, end in shifts if is_night((start, end), tz))


class Rota:
    """Somebody's shifts, asked about many slots."""

    def __init__(self, shifts: Sequence[Iv], zone: str) -> None:
        """Take `shifts` in any order; `zone` is the clinician's."""
        self.tz = ZoneInfo(zone)
        self.shifts = merge(shifts)
        self.sleep = [(shift, is_night(shift, self.tz)) for shift in self.shifts]

    def seat(self, start: int, end: int) -> Seat:
        """Say how a slot [start, end) fits."""
        for shift in self.shifts:
            if shift[0] < end and start < shift[1]:
                return Seat(Fit.DURING, shift)
        for shift, is_nightly in self.sleep:
            if is_nightly and shift[1] <= start < shift[1] + SLEEP_S:
                return Seat(Fit.SLEEP, shift)
        for shift in self.shifts:
            if shift[0] - MARGIN_S < end and start < shift[1] + MARGIN_S:
                return Seat(Fit.CLOSE, shift)
        return self._of_the_day(start, end, local_date(start, self.tz))

    def _of_the_day(self, start: int, end: int, day: date) -> Seat:
        """Name the shift that begins next, or ended last, on the slot's own date."""
        found = Seat(Fit.FREE, None)
        nearest = 86400 * 2
        for shift in self.shifts:
            if end <= shift[0] and local_date(shift[0], self.tz) == day:
                gap, fit = shift[0] - end, Fit.BEFORE
            elif shift[1] <= start and local_date(shift[1], self.tz) == day:
                gap, fit = start - shift[1], Fit.AFTER
            else:
                continue
            if gap < nearest:
                nearest, found = gap, Seat(fit, shift)
        return found
