"""The days on which admins are asked to look: the first working day of a month or quarter."""

from __future__ import annotations

from datetime import date, timedelta

SATURDAY = 5
MONTHS = {"month": 1, "quarter": 3}  # January begins the year's quarters


def report_days(*, every: str, around: date) -> list[date]:
    """Return the days of the month of `around` and of the four after it, in order; as many as fall due.

    Args:
        every: "month" or "quarter".
    """
    step = MONTHS[every]
    months = [divmod(around.year * 12 + around.month - 1 + ahead, 12) for ahead in range(5)]
    return [
        _first_working_day(date(year, month + 1, 1)) for year, month in months if month % step == 0
    ]


def _first_working_day(day: date) -> date:
    """Monday to Friday; public holidays are not known here, and a mail can wait a day."""
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    return day
