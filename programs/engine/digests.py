"""The one digest of a learner's day: at eight in the morning on the learner's own clock.

It covers what happened after the digest of the day before, up to its own instant. So what moves
three times in a day is told once, and what two programs open on one day shares one mail.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from programs.engine.schedule import local_instant

AT = time(8)
_DAY = timedelta(days=1)


def digest_at(day: date, zone: ZoneInfo) -> datetime:
    """Return the instant of the digest of `day`, in UTC."""
    return local_instant(day, AT, zone)


def digest_day(instant: datetime, zone: ZoneInfo) -> date:
    """Return the day whose digest tells of what happened at `instant`."""
    day = instant.astimezone(zone).date()
    return day if instant.astimezone(UTC) <= digest_at(day, zone) else day + _DAY


def covered(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return after which instant, and until which, the digest of `day` looks."""
    return digest_at(day - _DAY, zone), digest_at(day, zone)
