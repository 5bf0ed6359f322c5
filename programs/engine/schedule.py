"""Relative dates: an anchor plus calendar days in the cohort's zone, so wall time survives a clock
change."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

COHORT_START = "cohort_start"
ENROLLED = "enrolled"
SESSION = "session:"
_SATURDAY = 5
_FARTHEST = 400  # days to look for an open one
_OFFSET = re.compile(r"(-?)P(\d{1,3})([DW])")


@dataclass(frozen=True)
class ClosedDays:
    """Days on which nothing opens or falls due: weekends, and spans with both ends included."""

    weekends: bool = False
    spans: tuple[tuple[date, date], ...] = ()

    def __contains__(self, day: date) -> bool:
        if self.weekends and day.weekday() >= _SATURDAY:
            return True
        return any(first <= day <= last for first, last in self.spans)

    def nearest_open(self, day: date, *, backwards: bool) -> date:
        """Return `day` or the next open day in one direction; `day` itself if none is near."""
        step = timedelta(days=-1 if backwards else 1)
        found = day
        for _try in range(_FARTHEST):
            if found not in self:
                return found
            found += step
        return day


NO_CLOSED_DAYS = ClosedDays()


def offset_days(text: str) -> int:
    """Return the calendar days of an ISO 8601 duration in days or weeks: "-P2D" is -2.

    Raises:
        ValueError: `text` is no such duration.
    """
    found = _OFFSET.fullmatch(text)
    if found is None:
        raise ValueError(f"not a duration in days or weeks: {text!r}")
    sign, number, unit = found.groups()
    days = int(number) * (7 if unit == "W" else 1)
    return -days if sign else days


def session_key(anchor: str) -> str:
    """Return `mid` of the anchor `session:mid`; "" of any other anchor."""
    return anchor.removeprefix(SESSION) if anchor.startswith(SESSION) else ""


def local_instant(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """Return the UTC instant of a wall time; one inside a clock-change gap moves forward by it."""
    return datetime.combine(day, clock.replace(tzinfo=None), tzinfo=zone).astimezone(UTC)


def resolve(
    *,
    anchor: str,
    offset: str,
    at: time | None,
    zone: ZoneInfo,
    starts_on: date,
    session_starts_at: datetime | None,
    enrolled_on: date | None = None,
    closed: ClosedDays = NO_CLOSED_DAYS,
) -> datetime | None:
    """Return the instant of one schedule row in UTC; None while what it hangs on is not known.

    A date that would fall on a closed day moves on to the next open one; one counted backwards
    from its anchor (`-P2D`) moves back, so that there is not less time before the session. The day
    of a session itself is open by being planned.

    Args:
        anchor: `session:<key>`, `enrolled`, or anything else for the start of the cohort.
        offset: ISO 8601 days or weeks, perhaps negative.
        at: local time of day; left out, the anchor's own: the session's start, else midnight.
        session_starts_at: when the session of the anchor's key starts, aware.
        enrolled_on: the learner's first day, for the anchor `enrolled`.
    """
    days = offset_days(offset)
    on_the_day = bool(session_key(anchor)) and days == 0
    if session_key(anchor):
        if session_starts_at is None:
            return None
        local = session_starts_at.astimezone(zone)
        day, clock = local.date(), local.time()
    elif anchor == ENROLLED:
        if enrolled_on is None:
            return None
        day, clock = max(enrolled_on, starts_on), time()
    else:
        day, clock = starts_on, time()
    day += timedelta(days=days)
    if not on_the_day:
        day = closed.nearest_open(day, backwards=days < 0)
    return local_instant(day, at or clock, zone)
