"""Who takes a session when several coaches could. Chosen when booking, not when showing times."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from coaching.engine.slots import SlotShape, refusal
from coaching.engine.wall_clock import to_epoch
from coaching.models import CoachingSession
from coaching.services.calendars import load_calendars
from coaching.services.refusals import refuse

if TYPE_CHECKING:
    from accounts.models import User
    from programs.models import Enrollment

_LOOK_BACK = timedelta(days=90)


def pool(*, enrollment: Enrollment, coach: User | None) -> list[User]:
    """Return the cohort's coaches that may take the session, the clinician's own coach first.

    Raises:
        ValidationError: "no_coach": the cohort has none, or not this one.
    """
    people = [
        person for person in enrollment.cohort.coaches() if coach is None or person.pk == coach.pk
    ]
    if not people:
        raise refuse("no_coach")
    return sorted(people, key=lambda person: (person.pk != enrollment.coach_id, person.pk))


def choose_coach(
    *,
    candidates: Sequence[User],
    enrollment: Enrollment,
    shape: SlotShape,
    start: datetime,
    now: datetime,
) -> tuple[User, str]:
    """Return who takes the session and the zone of their hours; their calendars are locked.

    The clinician's own coach if free, else the least booked of the last 90 days, else the lowest id.

    Raises:
        ValidationError: why nobody can: the reason of the first candidate.
    """
    at = to_epoch(start)
    calendars = load_calendars(
        coach_ids=[person.pk for person in candidates],
        viewer_id=enrollment.clinician_id,
        shape=shape,
        lo=at,
        hi=at + 1,
        now=to_epoch(now),
        instant=now,
    )
    codes = {
        coach_id: refusal(at, diary, shape, now=to_epoch(now), viewer_busy=calendars.viewer_busy)
        for coach_id, diary in calendars.diaries.items()
    }
    free = [person for person in candidates if codes.get(person.pk, "slot_taken") == ""]
    if not free:
        raise refuse(codes.get(candidates[0].pk, "slot_taken"))
    if len(free) > 1 and free[0].pk != enrollment.coach_id:
        minutes = _booked_minutes(free, start)
        free.sort(key=lambda person: (minutes[person.pk], person.pk))
    return free[0], calendars.diaries[free[0].pk].zone


def _booked_minutes(people: Sequence[User], start: datetime) -> Counter[int]:
    """Return minutes per coach in the 90 days before `start` and what lies after it."""
    recent = CoachingSession.objects.filter(
        coach__in=people, span__startswith__gte=start - _LOOK_BACK
    ).exclude(status=CoachingSession.Status.CANCELLED)
    minutes: Counter[int] = Counter()
    for session in recent:
        minutes[session.coach_id] += session.length_min
    return minutes
