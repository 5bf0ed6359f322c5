"""What clinicians would see of hours that are not saved yet. The engine is the one that books."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from coaching.engine.hours import Leave, Override, Rule, Travel
from coaching.engine.slot_days import SlotDay, open_slots
from coaching.engine.slots import Diary
from coaching.engine.wall_clock import day_table, to_epoch
from coaching.services.booking_policies import resolve_practice_policy
from coaching.services.calendars import load_calendars

if TYPE_CHECKING:
    from accounts.models import User
    from coaching.models import SessionType


def preview_slots(
    *,
    coach: User,
    session_type: SessionType,
    now: datetime,
    zone: str | None = None,
    hours: Sequence[Rule] | None = None,
    overrides: Sequence[Override] | None = None,
    travel: Sequence[Travel] | None = None,
    leaves: Sequence[Leave] | None = None,
    viewer_zone: str | None = None,
    first_day: date | None = None,
    days: int = 14,
) -> list[SlotDay]:
    """Return the times a clinician without bookings would be offered, by her day.

    Each of `zone`, `hours`, `overrides`, `travel` and `leaves` stands in for what is stored; left
    out, the stored ones count. Busy time, notice and horizon count as ever; the notice is the
    practice's, since contracts may differ.

    Args:
        coach: whose hours.
        session_type: for which kind of meeting.
        now: aware.
        zone: of the hours; must be a zone.
        hours: weekly windows; they need not be valid.
        overrides: exceptions of single dates.
        travel: dates read in another zone.
        leaves: dates without hours.
        viewer_zone: to group and label by; `zone` or the coach's own if left out.
        first_day: of the viewer's dates; today if left out.
        days: how many dates.
    """
    given: dict[str, Any] = {
        "zone": zone,
        "rules": hours,
        "overrides": overrides,
        "travel": travel,
        "leaves": leaves,
    }
    policy = resolve_practice_policy(session_type=session_type)
    shape = session_type.shape(notice_min=policy.notice_min)
    shown = viewer_zone or zone or coach.time_zone
    d0 = first_day or now.astimezone(ZoneInfo(shown)).date()
    d1 = d0 + timedelta(days=days - 1)
    table = day_table(shown, d0, d1 + timedelta(days=1))
    calendars = load_calendars(
        coach_ids=[coach.pk],
        viewer_id=None,
        shape=shape,
        lo=table[0].midnight,
        hi=table[-1].midnight,
        now=to_epoch(now),
    )
    stored = calendars.diaries.get(coach.pk) or Diary(
        coach.pk, coach.time_zone, busy=calendars.busy.get(coach.pk, ())
    )
    diary = replace(stored, **{name: value for name, value in given.items() if value is not None})
    return open_slots([diary], shape, viewer_zone=shown, d0=d0, d1=d1, now=to_epoch(now))
