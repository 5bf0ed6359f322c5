"""Make a person's place in a session: a new 1:1 or a seat in a group. Inside `book()` only."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.db.models import Q

from coaching.engine.policies import FREEING, Policy
from coaching.models import (
    Booking,
    BookingEvent,
    CoachingSession,
    Hold,
    SessionType,
)
from coaching.services import offers, sessions
from coaching.services.booking_policies import resolve_policy
from coaching.services.coach_choice import choose_coach, pool
from coaching.services.overrides import choose_in_spite
from coaching.services.refusals import refuse
from coaching.services.time_claims import (
    claim_both,
    claim_time,
    convert_hold,
    lock_people,
    release_holds,
    with_buffers,
)
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


class Place(NamedTuple):
    """A time that somebody may have: with whom, and under which rules."""

    coach: User
    zone: str  # of the coach's hours: in it the wall time is agreed
    policy: Policy
    override: str = ""  # which rule staff set aside


def choose_place(
    *,
    enrollment: Enrollment,
    engagement: Engagement,
    session_type: SessionType,
    start: datetime,
    coach: User | None,
    override: bool = False,
    now: datetime,
) -> Place:
    """Say who takes a 1:1 at `start` and under which rules, if the slot engine still offers it.

    Locks the clinician and the candidates; what was kept for the clinician makes way for the new
    choice. A refusal rolls that back too.
    """
    if session_type.archived_at or session_type.kind == SessionType.Kind.GROUP:
        raise refuse("not_open")
    candidates = pool(enrollment=enrollment, coach=coach)
    lock_people(
        person_ids=[enrollment.clinician_id, *(person.pk for person in candidates)], now=now
    )
    drop_holds(enrollment=enrollment, session_type=session_type, start=start, now=now)
    policy = resolve_policy(engagement=engagement, session_type=session_type)
    day = start.astimezone(enrollment.cohort.zone).date()
    if not engagement.starts_on <= day <= engagement.ends_on:
        raise refuse("outside_contract")
    capped = _is_period_full(enrollment=enrollment, policy=policy, start=start, now=now)
    if capped and not override:
        raise refuse("cap_reached")
    shape = session_type.shape(notice_min=policy.notice_min)
    if override:
        chosen, zone, code = choose_in_spite(
            candidates=candidates, enrollment=enrollment, shape=shape, start=start, now=now
        )
        return Place(chosen, zone, policy, code or ("cap_reached" if capped else ""))
    chosen, zone = choose_coach(
        candidates=candidates, enrollment=enrollment, shape=shape, start=start, now=now
    )
    return Place(chosen, zone, policy)


def open_session(
    *,
    place: Place,
    enrollment: Enrollment,
    session_type: SessionType,
    start: datetime,
    actor: User,
    end: datetime | None = None,
) -> CoachingSession:
    """Create the 1:1 of a place; its time is claimed with the booking."""
    return sessions.schedule(
        session_type=session_type,
        coach=place.coach,
        cohort=enrollment.cohort,
        start=start,
        end=end,
        wall_zone=place.zone,
        created_by=actor,
        taken=1,
        claim=False,
    )


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
    offers.take_place(coaching_session=coaching_session, enrollment=enrollment, now=now)
    return coaching_session, policy


def drop_holds(
    *, enrollment: Enrollment, session_type: SessionType, start: datetime, now: datetime
) -> None:
    """Release what is kept for the clinician for this type or around this time: they chose anew."""
    length = timedelta(minutes=session_type.length_min)
    wanted = with_buffers(session_type=session_type, start=start, end=start + length)
    holds = Hold.objects.filter(
        Q(session_type=session_type) | Q(time_claims__span__overlap=wanted),
        clinician=enrollment.clinician_id,
        booking=None,
        released_at=None,
    )
    release_holds(holds=list(holds.distinct()), now=now)


def _is_period_full(
    *, enrollment: Enrollment, policy: Policy, start: datetime, now: datetime
) -> bool:
    """Whether the contract's sessions per clinician and period are used up; holds count."""
    if policy.max_sessions is None or policy.period_days is None:
        return False
    near = timedelta(days=policy.period_days)
    period = {"startswith__gt": start - near, "startswith__lt": start + near}
    booked = (
        Booking.objects.filter(enrollment=enrollment)
        .exclude(state__in=sorted(FREEING))
        .filter(**{f"coaching_session__span__{name}": at for name, at in period.items()})
        .count()
    )
    kept = (
        Hold.objects.filter(enrollment=enrollment)
        .live(now)
        .filter(**{f"span__{name}": at for name, at in period.items()})
        .count()
    )
    return booked + kept >= policy.max_sessions


def add_booking(
    *,
    actor: User,
    enrollment: Enrollment,
    coaching_session: CoachingSession,
    policy: Policy,
    hold: Hold | None = None,
    series_id: UUID | None = None,
    reason: str = "",
    now: datetime,
) -> Booking:
    """Create a booking with its claims and its first event; `hold` lends its claims."""
    needs_approval = coaching_session.session_type.needs_approval
    booking = Booking(
        coaching_session=coaching_session,
        clinician=enrollment.clinician,
        actor=actor,
        engagement_id=enrollment.cohort.engagement_id,
        enrollment=enrollment,
        state=Booking.State.REQUESTED if needs_approval else Booking.State.BOOKED,
        policy=policy.to_json(),
        series_id=series_id,
    )
    booking.link_hash = hash_token(booking.link_token)
    booking.save(force_insert=True)
    if coaching_session.is_group:
        offers.note_booking(booking=booking)
    if hold is not None:
        convert_hold(hold=hold, coaching_session=coaching_session, booking=booking)
    elif coaching_session.is_group:
        claim_time(coaching_session=coaching_session, booking=booking)
    else:
        claim_both(coaching_session=coaching_session, booking=booking)
    BookingEvent.objects.create(
        booking=booking, rev=booking.rev, to_state=booking.state, actor=actor, reason=reason, at=now
    )
    return booking
