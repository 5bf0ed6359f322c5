"""Make a person's place in a session: a new 1:1 or a seat in a group. Inside `book()` only."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from coaching.engine.policies import FREEING, Policy
from coaching.models import Booking, BookingEvent, CoachingSession, SessionType
from coaching.services import sessions
from coaching.services.booking_policies import resolve_policy
from coaching.services.coach_choice import choose_coach, pool
from coaching.services.refusals import refuse
from coaching.services.time_claims import claim_time, lock_people
from core.tokens import hash_token
from programs.models import Engagement, Enrollment

if TYPE_CHECKING:
    from accounts.models import User


def lock_enrollment(enrollment_id: int) -> Enrollment:
    """Lock the enrollment first: a withdrawal, which cancels bookings, takes it first too."""
    enrolled = (
        Enrollment.objects.live()
        .select_related("cohort", "clinician", "coach")
        .select_for_update(of=("self",), no_key=True)
        .filter(pk=enrollment_id)
        .first()
    )
    if enrolled is None:
        raise refuse("not_enrolled")
    return enrolled


def open_session(
    *,
    enrollment: Enrollment,
    engagement: Engagement,
    session_type: SessionType,
    start: datetime,
    coach: User | None,
    actor: User,
    now: datetime,
) -> tuple[CoachingSession, Policy]:
    """Create the 1:1 session at `start` if the slot engine still offers it."""
    if session_type.archived_at or session_type.kind == SessionType.Kind.GROUP:
        raise refuse("not_open")
    candidates = pool(enrollment=enrollment, coach=coach)
    lock_people(
        person_ids=[enrollment.clinician_id, *(person.pk for person in candidates)], now=now
    )
    policy = resolve_policy(engagement=engagement, session_type=session_type)
    _check_period(enrollment=enrollment, engagement=engagement, policy=policy, start=start)
    chosen, zone = choose_coach(
        candidates=candidates,
        enrollment=enrollment,
        shape=session_type.shape(notice_min=policy.notice_min),
        start=start,
        now=now,
    )
    coaching_session = sessions.schedule(
        session_type=session_type,
        coach=chosen,
        cohort=enrollment.cohort,
        start=start,
        wall_zone=zone,
        created_by=actor,
        taken=1,
    )
    return coaching_session, policy


def join_session(
    *, enrollment: Enrollment, engagement: Engagement, session_id: int, now: datetime
) -> tuple[CoachingSession, Policy]:
    """Take a place of a group session."""
    coaching_session = sessions.lock_session(session_id=session_id)
    if (
        not coaching_session.is_group
        or coaching_session.cohort_id != enrollment.cohort_id
        or coaching_session.status != CoachingSession.Status.SCHEDULED
    ):
        raise refuse("not_open")
    if coaching_session.starts_at <= now:
        raise refuse("already_started")
    lock_people(person_ids=[enrollment.clinician_id, coaching_session.coach_id], now=now)
    policy = resolve_policy(engagement=engagement, session_type=coaching_session.session_type)
    sessions.take_seat(coaching_session=coaching_session)
    return coaching_session, policy


def _check_period(
    *, enrollment: Enrollment, engagement: Engagement, policy: Policy, start: datetime
) -> None:
    """Contract dates (in the cohort's zone), and sessions per clinician and period."""
    day = start.astimezone(enrollment.cohort.zone).date()
    if not engagement.starts_on <= day <= engagement.ends_on:
        raise refuse("outside_contract")
    if policy.max_sessions is None or policy.period_days is None:
        return
    near = timedelta(days=policy.period_days)
    count = (
        Booking.objects.filter(enrollment=enrollment)
        .exclude(state__in=sorted(FREEING))
        .filter(
            coaching_session__span__startswith__gt=start - near,
            coaching_session__span__startswith__lt=start + near,
        )
        .count()
    )
    if count >= policy.max_sessions:
        raise refuse("cap_reached")


def add_booking(
    *,
    actor: User,
    enrollment: Enrollment,
    coaching_session: CoachingSession,
    policy: Policy,
    now: datetime,
) -> Booking:
    needs_approval = coaching_session.session_type.needs_approval
    booking = Booking(
        coaching_session=coaching_session,
        clinician=enrollment.clinician,
        actor=actor,
        engagement_id=enrollment.cohort.engagement_id,
        enrollment=enrollment,
        state=Booking.State.REQUESTED if needs_approval else Booking.State.BOOKED,
        policy=policy.to_json(),
    )
    booking.link_hash = hash_token(booking.link_token)
    booking.save(force_insert=True)
    claim_time(coaching_session=coaching_session, booking=booking)
    BookingEvent.objects.create(
        booking=booking, rev=booking.rev, to_state=booking.state, actor=actor, at=now
    )
    return booking
