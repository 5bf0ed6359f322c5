"""From wall time and zone to instants, and back. Instants are integers: epoch seconds.

Datetimes of one zone subtract and compare by wall clock in Python, so no arithmetic here is done on
aware datetimes.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

Edge = Literal["start", "end"]
Iv = tuple[int, int]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)


class DayRow(NamedTuple):
    """One local date of a zone."""

    day: date
    midnight: int  # the first instant of the date
    is_uniform: bool  # no clock change on this date or the next: wall minutes are elapsed minutes


def to_epoch(instant: datetime) -> int:
    """Return epoch seconds of an aware datetime; a started second counts as over."""
    return -((_EPOCH - instant) // _SECOND)


def from_epoch(seconds: int) -> datetime:
    """Return the aware UTC datetime of epoch seconds."""
    return _EPOCH + timedelta(seconds=seconds)


def local_date(seconds: int, tz: ZoneInfo) -> date:
    return datetime.fromtimestamp(seconds, tz).date()


def _offset(seconds: int, tz: ZoneInfo) -> timedelta | None:
    return datetime.fromtimestamp(seconds, tz).utcoffset()


def _offset_change(lo: int, hi: int, tz: ZoneInfo) -> int:
    """Return the first instant in (lo, hi] with another offset than `lo` has."""
    before = _offset(lo, tz)
    while hi - lo > 1:
        middle = (lo + hi) // 2
        if _offset(middle, tz) == before:
            lo = middle
        else:
            hi = middle
    return hi


def _readings(day: date, minute: int, tz: ZoneInfo, less: timedelta = timedelta()) -> Iv:
    """Return the instants of a wall time read with the earlier and the later offset."""
    wall = datetime.combine(day, time()) + timedelta(minutes=minute) - less  # naive on purpose
    base = (wall.replace(tzinfo=UTC) - _EPOCH) // _SECOND
    first = wall.replace(tzinfo=tz).utcoffset() or timedelta()
    second = wall.replace(tzinfo=tz, fold=1).utcoffset() or timedelta()
    return base - first // _SECOND, base - second // _SECOND


def resolve_wall(day: date, minute: int, tz: ZoneInfo, edge: Edge) -> int:
    """Return the instant at which a window that starts or ends at this wall time does so.

    A wall time that occurs twice starts at its first pass and ends at its second, so a window covers
    both; one that a clock change skips is the jump itself.

    Args:
        day: local date.
        minute: minutes of wall clock since its 00:00, 0 to 2880.
        tz: the zone of the wall clock.
        edge: whether a window starts or ends there.
    """
    first, second = _readings(day, minute, tz)
    if first == second:
        return first
    if first < second:  # the clock was put back
        if edge == "start":
            return first
        # Hours end before their last minute: those until 01:00 do not reach into 01:00 to 02:00,
        # which is passed twice.
        last, last_again = _readings(day, minute, tz, _SECOND)
        return first if last == last_again else second
    return _offset_change(second, first, tz)  # the clock was put forward


def resolve_point(day: date, minute: int, tz: ZoneInfo) -> int:
    """Return the instant of a single moment: the first pass, or shifted past a skipped hour."""
    return _readings(day, minute, tz)[0]


@lru_cache(maxsize=512)
def day_table(tz_name: str, d0: date, d1: date) -> tuple[DayRow, ...]:
    """Return the dates d0 to d1, both included, of a zone."""
    tz = ZoneInfo(tz_name)
    count = (d1 - d0).days + 1
    offsets = [_readings(d0 + timedelta(days=index), 0, tz) for index in range(count + 2)]
    rows = []
    for index in range(count):
        (a0, a1), (b0, b1), (c0, c1) = offsets[index : index + 3]
        is_uniform = a0 == a1 and b0 == b1 and c0 == c1 and b0 - a0 == 86400 == c0 - b0
        day = d0 + timedelta(days=index)
        midnight = a0 if a0 == a1 else resolve_wall(day, 0, tz, "start")
        rows.append(DayRow(day, midnight, is_uniform))
    return tuple(rows)
