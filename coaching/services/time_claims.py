"""Lock people, claim their time, give it back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from psycopg.types.range import TimestamptzRange

from accounts.models import User
from coaching.models import Booking, CoachingSession, TimeClaim


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
    kind = coaching_session.session_type
    return TimestamptzRange(
        coaching_session.starts_at - timedelta(minutes=kind.buffer_before_min),
        coaching_session.ends_at + timedelta(minutes=kind.buffer_after_min),
    )


def claim_time(*, coaching_session: CoachingSession, booking: Booking | None = None) -> None:
    """Claim the coach's padded time; with `booking`, the clinician's bare time instead of it.

    Raises:
        IntegrityError: the exclusion constraint; `booking_transactions.run` words it.
    """
    if booking is None:
        TimeClaim.objects.create(
            person=coaching_session.coach,
            span=padded(coaching_session=coaching_session),
            kind=TimeClaim.Kind.COACH,
            coaching_session=coaching_session,
        )
        return
    TimeClaim.objects.create(
        person=booking.clinician,
        span=coaching_session.span,
        kind=TimeClaim.Kind.PARTICIPANT,
        coaching_session=coaching_session,
        booking=booking,
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
