"""A coach's leave: closes days for new bookings, and asks about those that are there."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from psycopg.types.range import TimestamptzRange

from accounts.models import User
from coaching.engine import hours
from coaching.engine.intervals import overlaps
from coaching.engine.wall_clock import from_epoch, to_epoch
from coaching.models import AvailabilitySchedule, CoachingSession, Leave

if TYPE_CHECKING:
    from coaching.engine.intervals import Iv


class LeaveClash(NamedTuple):
    """A session still planned within a leave: to be moved, handed over or kept."""

    session: CoachingSession
    is_kept: bool  # the coach has said that it takes place


@transaction.atomic
def add_leave(*, coach: User, first: date, last: date) -> Leave:
    """Close these dates of the coach's clock. What is booked stays: see `leave_clashes`.

    Raises:
        ValidationError: "ends_before_start"; "overlap": some of the dates are leave already.
    """
    _lock(coach)
    leave = Leave(coach=coach, first=first, last=last)
    leave.full_clean()
    leave.save()
    return leave


def _lock(coach: User) -> None:
    """Two leaves of one coach are added one after the other: the second is told, not crashed."""
    list(User.objects.filter(pk=coach.pk).select_for_update(no_key=True))


def remove_leave(*, leave: Leave) -> None:
    """Open the dates again, as the weekly hours say."""
    leave.delete()


def leave_clashes(*, leave: Leave, now: datetime) -> list[LeaveClash]:
    """Return the coach's planned sessions that touch the leave and are not over, earliest first."""
    spans = _spans(leave)
    if not spans:
        return []
    whole = TimestamptzRange(from_epoch(spans[0][0]), from_epoch(spans[-1][1]))
    planned = (
        CoachingSession.objects.scheduled()
        .filter(coach=leave.coach_id, span__overlap=whole, span__endswith__gt=now)
        .select_related("session_type", "cohort")
        .prefetch_related("bookings__clinician")
        .order_by(F("span"))
    )
    kept = set(leave.kept.values_list("pk", flat=True))
    return [
        LeaveClash(session, session.pk in kept)
        for session in planned
        if overlaps(spans, to_epoch(session.starts_at), to_epoch(session.ends_at))
    ]


def _spans(leave: Leave) -> list[Iv]:
    """Return the instants of the leave: its dates on the clock that holds on each."""
    schedule = AvailabilitySchedule.objects.filter(coach=leave.coach_id).first()
    travel = schedule.travel_zones.values_list("first", "last", "zone") if schedule else []
    return hours.closed_by(
        [hours.Leave(leave.first, leave.last)],
        schedule.zone if schedule else leave.coach.time_zone,
        leave.first,
        leave.last,
        travel=[hours.Travel(*trip) for trip in travel],
    )


@transaction.atomic
def keep_in_leave(*, leave: Leave, session: CoachingSession, kept: bool = True) -> None:
    """Note that a session takes place during the leave; with `kept` false, that it is open again.

    Raises:
        ValidationError: "not_in_leave": it is not a planned session of this coach in these days.
    """
    if not kept:
        leave.kept.remove(session)
        return
    clashes = leave_clashes(leave=leave, now=session.starts_at)
    if session.pk not in {clash.session.pk for clash in clashes}:
        raise ValidationError(
            _("That session does not lie in these days any more."), code="not_in_leave"
        )
    leave.kept.add(session)
