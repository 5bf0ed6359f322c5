"""When to remind of a session."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple


class ReminderTime(NamedTuple):
    rule: str  # "24h"
    due_at: datetime
    not_after: datetime


def reminder_times(start: datetime, lead_hours: Iterable[int]) -> Iterator[ReminderTime]:
    """Yield when to remind of a session that starts at `start` (aware, UTC).

    Leads are subtracted from the instant itself, whatever clocks do in between. After an outage a
    reminder may still leave until a quarter of its lead, but at least five minutes, before the start.
    """
    for hours in lead_hours:
        lead = timedelta(hours=hours)
        yield ReminderTime(f"{hours}h", start - lead, start - max(timedelta(minutes=5), lead / 4))
