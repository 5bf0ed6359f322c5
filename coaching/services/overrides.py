"""Staff book in spite of a rule: outside hours, inside the notice, over a cap. Never over a claim."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from coaching.engine.intervals import overlaps
from coaching.engine.slots import SlotShape, refusal
from coaching.engine.wall_clock import to_epoch
from coaching.services.calendars import load_calendars
from coaching.services.refusals import refuse

if TYPE_CHECKING:
    from accounts.models import User
    from programs.models import Enrollment

OUTSIDE_HOURS = "outside_hours"
_MINUTE = 60


def choose_in_spite(
    *,
    candidates: Sequence[User],
    enrollment: Enrollment,
    shape: SlotShape,
    start: datetime,
    now: datetime,
) -> tuple[User, str, str]:
    """Return the first candidate whose time is not taken, their zone, and the rule set aside.

    Raises:
        ValidationError: "already_started"; "clinician_busy"; "slot_taken": everybody is busy.
    """
    at, second = to_epoch(start), to_epoch(now)
    if at < second:
        raise refuse("already_started")
    calendars = load_calendars(
        coach_ids=[person.pk for person in candidates],
        viewer_id=enrollment.clinician_id,
        shape=shape,
        lo=at,
        hi=at + 1,
        now=second,
        instant=now,
    )
    if overlaps(calendars.viewer_busy, at, at + shape.length):
        raise refuse("clinician_busy")
    for person in candidates:
        diary = calendars.diaries.get(person.pk)
        if diary is None or at % _MINUTE:
            continue
        if not overlaps(diary.busy, at - shape.before, at + shape.length + shape.after):
            code = refusal(at, diary, shape, now=second, viewer_busy=calendars.viewer_busy)
            return person, diary.zone, OUTSIDE_HOURS if code == "slot_taken" else code
    raise refuse("slot_taken")
