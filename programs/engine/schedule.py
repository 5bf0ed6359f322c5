"""Relative dates: an anchor plus calendar days in the cohort's zone, so wall time survives a clock
change."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

COHORT_START = "cohort_start"
SESSION = "session:"
_OFFSET = re.compile(r"(-?)P(\d{1,3})([DW])")


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
) -> datetime | None:
    """Return the instant of one schedule row in UTC; None while its session is not planned.

    Args:
        anchor: `session:<key>`, or anything else for the start of the cohort.
        offset: ISO 8601 days or weeks, perhaps negative.
        at: local time of day; left out, the anchor's own: the session's start, else midnight.
        session_starts_at: when the session of the anchor's key starts, aware.
    """
    if session_key(anchor):
        if session_starts_at is None:
            return None
        local = session_starts_at.astimezone(zone)
        day, clock = local.date(), local.time()
    else:
        day, clock = starts_on, time()
    return local_instant(day + timedelta(days=offset_days(offset)), at or clock, zone)
