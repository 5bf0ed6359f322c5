"""The three ways to a place: a time, a time that was kept, a seat in a group.

Inside the transaction of `book()` or `book_series()`, which holds enrollment and engagement.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from coaching.models import Booking, CoachingSession, Hold, SessionType, TimeClaim
from coaching.services import ledger, reminders
from coaching.services.booking_policies import resolve_policy
from coaching.services.places import Place, add_booking, choose_place, join_session, open_session
from coaching.services.refusals import refuse
from coaching.services.time_claims import lock_people
from programs.models import Engagement, Enrollment

if TYPE_CHECKING:
    from accounts.models import User

_CLAIMS = 2  # of a hold: the coach's and the clinician's


def book_time(
    *,
    actor: User,
    enrollment: Enrollment,
    engagement: Engagement,
    session_type: SessionType,
    start: datetime,
    coach: User | None,
    override: bool = False,
    series_id: UUID | None = None,
    now: datetime,
) -> Booking:
    """Book a 1:1 that the slot engine offers."""
    place = choose_place(
        enrollment=enrollment,
        engagement=engagement,
        session_type=session_type,
        start=start,
        coach=coach,
        override=override,
        now=now,
    )
    coaching_session = open_session(
        place=place, enrollment=enrollment, session_type=session_type, start=start, actor=actor
    )
    return _write(
        actor=actor,
        enrollment=enrollment,
        engagement=engagement,
        coaching_session=coaching_session,
        place=place,
        series_id=series_id,
        now=now,
    )


def book_hold(
    *, actor: User, enrollment: Enrollment, engagement: Engagement, hold_id: int, now: datetime
) -> Booking:
    """Book the time a hold keeps. While its claims stand nothing is asked again.

    Once it has lapsed, the time is booked if it is still free, as anybody could.

    Raises:
        ValidationError: "not_open": it was let go, or is another's; as for `book_time`.
    """
    hold = (
        Hold.objects.select_related("session_type", "coach")
        .filter(pk=hold_id, enrollment=enrollment, booking=None, released_at=None)
        .first()
    )
    if hold is None:
        raise refuse("not_open")
    lock_people(person_ids=[hold.clinician_id, hold.coach_id], now=now)
    claims = TimeClaim.objects.filter(hold=hold).select_for_update()
    if not hold.is_live(now) or len(claims) != _CLAIMS:
        booking = book_time(
            actor=actor,
            enrollment=enrollment,
            engagement=engagement,
            session_type=hold.session_type,
            start=hold.starts_at,
            coach=hold.coach,
            override=bool(hold.override),
            now=now,
        )
        Hold.objects.filter(pk=hold.pk).update(booking=booking)
        return booking
    policy = resolve_policy(engagement=engagement, session_type=hold.session_type)
    place = Place(hold.coach, hold.wall_zone, policy, hold.override)
    coaching_session = open_session(
        place=place,
        enrollment=enrollment,
        session_type=hold.session_type,
        start=hold.starts_at,
        end=hold.ends_at,
        actor=actor,
    )
    return _write(
        actor=actor,
        enrollment=enrollment,
        engagement=engagement,
        coaching_session=coaching_session,
        place=place,
        hold=hold,
        now=now,
    )


def book_seat(
    *, actor: User, enrollment: Enrollment, engagement: Engagement, session_id: int, now: datetime
) -> Booking:
    """Book a seat of a group session."""
    coaching_session, policy = join_session(
        enrollment=enrollment, engagement=engagement, session_id=session_id, now=now
    )
    return _write(
        actor=actor,
        enrollment=enrollment,
        engagement=engagement,
        coaching_session=coaching_session,
        place=Place(coaching_session.coach, coaching_session.wall_zone, policy),
        now=now,
    )


def _write(
    *,
    actor: User,
    enrollment: Enrollment,
    engagement: Engagement,
    coaching_session: CoachingSession,
    place: Place,
    hold: Hold | None = None,
    series_id: UUID | None = None,
    now: datetime,
) -> Booking:
    """Write booking, claims, event, held hours and owed messages."""
    booking = add_booking(
        actor=actor,
        enrollment=enrollment,
        coaching_session=coaching_session,
        policy=place.policy,
        hold=hold,
        series_id=series_id,
        reason=f"override_{place.override}" if place.override else "",
        now=now,
    )
    if hold is not None:
        Hold.objects.filter(pk=hold.pk).update(booking=booking)
    ledger.hold(engagement=engagement, booking=booking, now=now)
    reminders.plan(booking=booking, event="booked", now=now)
    return booking
