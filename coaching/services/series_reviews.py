"""Which dates of a series are free, before anybody confirms it. Nothing is locked or written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from coaching.engine.slots import refusal
from coaching.engine.wall_clock import to_epoch
from coaching.models import AvailabilitySchedule, HoursEntry, SessionType
from coaching.services.booking_policies import resolve_policy
from coaching.services.calendars import load_calendars
from coaching.services.ledger import kept_minutes
from coaching.services.slots import OpenDay, OpenSlot, find_open_slots, nearest_of

if TYPE_CHECKING:
    from accounts.models import User
    from programs.models import Enrollment


class Occurrence(NamedTuple):
    start: datetime
    code: str  # why not; "" if it is free
    instead: OpenSlot | None  # the nearest free time of the same week


_NEAR_S = 4 * 86400


def review_series(
    *,
    enrollment: Enrollment,
    session_type: SessionType,
    starts: Sequence[datetime],
    coach: User,
    now: datetime,
) -> list[Occurrence]:
    """Say of each date whether it is free with `coach`, else which time near it is.

    The same engine decides when booking; only caps that the series itself fills show there first.
    """
    engagement = enrollment.cohort.engagement
    policy = resolve_policy(engagement=engagement, session_type=session_type)
    shape = session_type.shape(notice_min=policy.notice_min)
    calendars = load_calendars(
        coach_ids=[coach.pk],
        viewer_id=enrollment.clinician_id,
        shape=shape,
        lo=to_epoch(min(starts)),
        hi=to_epoch(max(starts)) + 1,
        now=to_epoch(now),
        without_holds_of=enrollment.clinician_id,
        instant=now,
    )
    diary = calendars.diaries.get(coach.pk)
    left = HoursEntry.objects.filter(engagement=engagement).balance().left
    left -= kept_minutes(engagement=engagement, now=now)
    codes = []
    for start in starts:
        code = "slot_taken"
        if diary is not None:
            busy = calendars.viewer_busy
            code = refusal(to_epoch(start), diary, shape, now=to_epoch(now), viewer_busy=busy)
        day = start.astimezone(enrollment.cohort.zone).date()
        if not engagement.starts_on <= day <= engagement.ends_on:
            code = "outside_contract"
        elif not code and session_type.uses_hours:
            left -= session_type.length_min
            code = "no_hours" if left < 0 else ""
        codes.append(code)
    return _with_alternatives(enrollment, session_type, starts, codes, coach, now)


def _with_alternatives(
    enrollment: Enrollment,
    session_type: SessionType,
    starts: Sequence[datetime],
    codes: Sequence[str],
    coach: User,
    now: datetime,
) -> list[Occurrence]:
    wanted = [start for start, code in zip(starts, codes, strict=True) if _may_move(code)]
    days: list[OpenDay] = []
    if wanted:
        zone = enrollment.clinician.zone
        first = max(min(wanted), now).astimezone(zone).date()
        last = max(wanted).astimezone(zone).date()
        days = find_open_slots(
            enrollment=enrollment,
            session_type=session_type,
            now=now,
            first_day=first,
            days=(last - first).days + 4,
            coach=coach,
        )
    return [
        Occurrence(start, code, _nearest(days, start) if _may_move(code) else None)
        for start, code in zip(starts, codes, strict=True)
    ]


def _may_move(code: str) -> bool:
    """Whether another time near it could help."""
    return code in ("slot_taken", "clinician_busy", "cap_reached", "too_late")


def _nearest(days: Sequence[OpenDay], wanted: datetime) -> OpenSlot | None:
    found = nearest_of(days, wanted, limit=1)
    return found[0] if found and abs(found[0].start - to_epoch(wanted)) <= _NEAR_S else None


def agreed_zone(coach: User) -> str:
    """Return the zone in which a coach's times are agreed: that of their weekly hours."""
    schedule = AvailabilitySchedule.objects.owned_by(coach).first()
    return schedule.zone if schedule else coach.time_zone
