"""When to remind of a session: leads of elapsed time or of wall time, and how late is too late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from core.wall_clock import local_date, resolve_point

LATEST_S = 300  # a reminder leaves at least so long before the start
_HOUR_MIN = 60


@dataclass(frozen=True)
class Lead:
    """How long before a session to remind, and by which channel.

    Either `minutes` of elapsed time before the start, or `at_min` of the recipient's wall clock on the
    date `days_before` the date on which the session starts there.
    """

    channel: str = "email"
    minutes: int | None = None
    days_before: int = 0
    at_min: int = 0

    @property
    def rule(self) -> str:
        """Name the lead among those of one booking: "24h", "90m", "1d-1800"."""
        if self.minutes is None:
            return f"{self.days_before}d-{self.at_min // 60:02}{self.at_min % 60:02}"
        hours, rest = divmod(self.minutes, _HOUR_MIN)
        return f"{self.minutes}m" if rest else f"{hours}h"


class ReminderTime(NamedTuple):
    """Epoch seconds."""

    due: int
    not_after: int


def due_time(lead: Lead, *, start: int, tz: ZoneInfo) -> int:
    """Return when `lead` reminds of a session at `start`, by the clock of `tz`.

    Elapsed time is subtracted from the instant, whatever clocks do in between. A wall time that comes
    twice is its first pass; one that is skipped is as much later as the clock was put forward.
    """
    if lead.minutes is not None:
        return start - lead.minutes * 60
    day = local_date(start, tz) - timedelta(days=lead.days_before)
    return resolve_point(day, lead.at_min, tz)


def limits(*, start: int, due: int) -> ReminderTime | None:
    """Return until when a reminder due at `due` is worth sending; None if it is from the beginning.

    After an outage it may still leave until a quarter of its lead, at least five minutes, before the
    start.
    """
    not_after = start - max(LATEST_S, (start - due) // 4)
    return ReminderTime(due, not_after) if due <= not_after else None
