"""The dates of a series: the same wall time, some weeks apart."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from coaching.engine.wall_clock import from_epoch, resolve_point

LONGEST = 26


def series_starts(first: datetime, *, zone: str, every_weeks: int, count: int) -> list[datetime]:
    """Return `count` starts at the wall time that `first` has in `zone`: 07:00 stays 07:00.

    A wall time that a date does not have moves forward by the jump, one it has twice is the first.

    Args:
        first: aware.
        zone: where the wall time was agreed: the coach's.
        every_weeks: 1 for weekly.
        count: with the first, at most 26.
    """
    tz = ZoneInfo(zone)
    local = first.astimezone(tz)
    minute = local.hour * 60 + local.minute
    later = (
        from_epoch(resolve_point(local.date() + timedelta(weeks=every_weeks * n), minute, tz))
        for n in range(1, min(count, LONGEST))
    )
    return [first, *later]
