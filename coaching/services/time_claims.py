"""Lock people, claim their time, give it back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import Case, Q, Value, When
from psycopg.types.range import TimestamptzRange

from accounts.models import User
from coaching.models import Booking, CoachingSession, Hold, SessionType, TimeClaim
from coaching.services.refusals import refuse


def lock_people(*, person_ids: Iterable[int], now: datetime) -> None:
    """Lock the calendars of these people, in one order so that nobody deadlocks, drop lapsed holds.

    Last in the global lock order: enrollment, engagement, session, people.
    """
    ids = sorted(set(person_ids))
    locked = User.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True)
    list(locked.values_list("pk", flat=True))
    TimeClaim.objects.filter(person__in=ids).expired(now).delete()


def padded(*, coaching_session: CoachingSession) -> TimestamptzRange:
    """Return the coach's span: the session with the buffers of its type."""
    return with_buffers(
        session_type=coaching_session.session_type,
        start=coaching_session.starts_at,
        end=coaching_session.ends_at,
    )


def with_buffers(*, session_type: SessionType, start: datetime, end: datetime) -> TimestamptzRange:
    """Return what a coach needs free for a session of this type."""
    return TimestamptzRange(
        start - timedelta(minutes=session_type.buffer_before_min),
        end + timedelta(minutes=session_type.buffer_after_min),
    )


def claim_time(*, coaching_session: CoachingSession, booking: Booking | None = None) -> None:
    """Claim the coach's padded time; with `booking`, the clinician's bare time instead of it.

    Raises:
        IntegrityError: the exclusion constraint; `booking_transactions.run` words it.
    """
    _claim(coaching_session, booking).save(force_insert=True)


def claim_both(*, coaching_session: CoachingSession, booking: Booking) -> None:
    """Claim the time of a new 1:1 for coach and clinician in one statement."""
    TimeClaim.objects.bulk_create(
        [_claim(coaching_session, None), _claim(coaching_session, booking)]
    )


def _claim(coaching_session: CoachingSession, booking: Booking | None) -> TimeClaim:
    return TimeClaim(
        person_id=booking.clinician_id if booking else coaching_session.coach_id,
        span=coaching_session.span if booking else padded(coaching_session=coaching_session),
        kind=TimeClaim.Kind.PARTICIPANT if booking else TimeClaim.Kind.COACH,
        coaching_session=coaching_session,
        booking=booking,
    )


def claim_hold(*, hold: Hold) -> None:
    """Claim a hold's time for coach (padded) and clinician (bare) until it expires."""
    spans = {
        hold.coach_id: with_buffers(
            session_type=hold.session_type, start=hold.starts_at, end=hold.ends_at
        ),
        hold.clinician_id: hold.span,
    }
    TimeClaim.objects.bulk_create(
        TimeClaim(
            person_id=person,
            span=span,
            kind=TimeClaim.Kind.HOLD,
            hold=hold,
            expires_at=hold.expires_at,
        )
        for person, span in spans.items()
    )


def convert_hold(*, hold: Hold, coaching_session: CoachingSession, booking: Booking) -> None:
    """Make a hold's claims those of a booking: the same rows, so nobody can slip in between."""
    is_coach = Q(person=hold.coach_id)
    TimeClaim.objects.filter(hold=hold).update(
        kind=Case(
            When(is_coach, then=Value(TimeClaim.Kind.COACH.value)),
            default=Value(TimeClaim.Kind.PARTICIPANT.value),
        ),
        booking=Case(When(~is_coach, then=Value(booking.pk)), default=None),
        coaching_session=coaching_session,
        expires_at=None,
        hold=None,
    )


def move_claims(*, coaching_session: CoachingSession) -> None:
    """Carry every live claim of a session along to its new span."""
    claims = TimeClaim.objects.filter(coaching_session=coaching_session, active=True)
    claims.filter(kind=TimeClaim.Kind.COACH).update(span=padded(coaching_session=coaching_session))
    claims.filter(kind=TimeClaim.Kind.PARTICIPANT).update(span=coaching_session.span)


def release_claims(
    *, booking: Booking | None = None, coaching_session: CoachingSession | None = None
) -> None:
    """End the claims of one booking, or all of a session."""
    claims = TimeClaim.objects.filter(active=True)
    if booking is not None:
        claims.filter(booking=booking).update(active=False)
    if coaching_session is not None:
        claims.filter(coaching_session=coaching_session).update(active=False)


def release_holds(*, holds: Sequence[Hold], now: datetime) -> None:
    """Give kept times back."""
    if holds:
        Hold.objects.filter(pk__in=[hold.pk for hold in holds]).update(released_at=now)
        TimeClaim.objects.filter(hold__in=holds).delete()


def glance(*, coach: User | None, start: datetime | None, clinician: int, now: datetime) -> None:
    """Look once, without locks: is this one coach plainly busy at `start`?

    Finding nothing is no promise; the locks and the constraint decide. But who comes too late for a
    time that many want hears so at once, and holds up nobody.

    Raises:
        ValidationError: "slot_taken".
    """
    if coach is None or start is None:
        return
    taken = TimeClaim.objects.filter(
        Q(expires_at=None) | Q(expires_at__gt=now), active=True, person=coach, span__contains=start
    )
    if taken.exclude(hold__clinician=clinician).exists():
        raise refuse("slot_taken")
