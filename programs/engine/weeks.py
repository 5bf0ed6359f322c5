"""The weeks of a cohort: seven calendar days each in its zone, counted from its start."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from programs.engine.schedule import local_instant


class Week(NamedTuple):
    """Half-open. A week with a clock change in it is an hour longer or shorter."""

    number: int  # from 1
    starts_at: datetime
    ends_at: datetime

    def point(self, at: datetime) -> datetime:
        """The instant at which the week is described: its end, or `at` while it is running."""
        return min(self.ends_at, at)


def cohort_weeks(*, starts_on: date, ends_on: date, zone: ZoneInfo, at: datetime) -> list[Week]:
    """Return the weeks that have begun by `at`; none begins after the last day of the cohort."""
    weeks: list[Week] = []
    day = starts_on
    begins = local_instant(day, time(), zone)
    while begins <= at and day <= ends_on:
        day += timedelta(days=7)
        ends = local_instant(day, time(), zone)
        weeks.append(Week(len(weeks) + 1, begins, ends))
        begins = ends
    return weeks
