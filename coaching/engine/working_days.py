"""Working days, Monday to Friday."""

from __future__ import annotations

from datetime import date, timedelta

_FRIDAY = 4


def add_working_days(day: date, count: int) -> date:
    """Return the date `count` working days after `day`; a weekend counts for nothing."""
    while count > 0:
        day += timedelta(days=1)
        count -= day.weekday() <= _FRIDAY
    return day
