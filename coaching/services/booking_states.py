"""Lock a booking, change its state, end it. Inside the transaction of a booking service."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from coaching.engine.policies import CANCELLED, FREEING
from coaching.models import Booking, BookingEvent, CoachingSession, Hold
from coaching.services import ledger, offers, reminders, sessions
from coaching.services.refusals import refuse
from coaching.services.time_claims import lock_people, release_claims, release_holds
from programs.models import Cohort, Enrollment

if TYPE_CHECKING:
    from accounts.models import User


def lock_booking(*, booking_id: int, expected_rev: int | None, now: datetime) -> Booking:
    """Lock engagement, session, people and booking in that order; re-read the booking.

    Raises:
        ValidationError: "stale": the booking is no longer at `expected_rev` (None: whatever it is).
    """
    ids = Booking.objects.values_list("engagement_id", "coaching_session_id").get(pk=booking_id)
    ledger.lock_engagement(engagement_id=ids[0])
    coaching_session = sessions.lock_session(session_id=ids[1])
    booking = (
        Booking.objects.select_related("clinician", "enrollment__cohort")
        .select_for_update(of=("self",), no_key=True)
        .get(pk=booking_id)
    )
    booking.coaching_session = coaching_session
    if expected_rev is not None and booking.rev != expected_rev:
        raise refuse("stale")
    lock_people(person_ids=[booking.clinician_id, coaching_session.coach_id], now=now)
    return booking


def lock_group(*, session_id: int, also: Iterable[int] = (), now: datetime) -> list[Booking]:
    """Lock a session with all its bookings and people, in the global order; by booking id.

    Args:
        also: ids of more people, who are about to come in.
    """
    cohort = Cohort.objects.get(coaching_sessions=session_id)
    ledger.lock_engagement(engagement_id=cohort.engagement_id)
    coaching_session = sessions.lock_session(session_id=session_id)
    bookings = list(
        Booking.objects.filter(coaching_session=session_id)
        .select_related("clinician", "enrollment__cohort")
        .select_for_update(of=("self",), no_key=True)
        .order_by("pk")
    )
    for booking in bookings:
        booking.coaching_session = coaching_session
    people = [*also, coaching_session.coach_id, *(booking.clinician_id for booking in bookings)]
    lock_people(person_ids=people, now=now)
    return bookings


def change_state(
    *, booking: Booking, state: str, actor: User | None, reason: str, now: datetime
) -> str:
    """Write a locked booking's next state and its event; return the state before."""
    before = booking.state
    booking.state = state
    booking.rev += 1
    if state in FREEING:
        booking.ics_seq += 1
    booking.save(
        update_fields=["state", "rev", "ics_seq", "move_count", "disputed_at", "updated_at"]
    )
    BookingEvent.objects.create(
        booking=booking,
        rev=booking.rev,
        from_state=before,
        to_state=state,
        actor=actor,
        reason=reason,
        at=now,
    )
    return before


def end(*, booking: Booking, state: str, actor: User | None, reason: str, now: datetime) -> Booking:
    """Give a locked booking's place back: claims, seat, hours, session, messages."""
    session = booking.coaching_session
    before = change_state(booking=booking, state=state, actor=actor, reason=reason, now=now)
    release_claims(booking=booking)
    sessions.free_seat(coaching_session=session)
    if session.is_group:
        offers.offer_free_places(coaching_session=session, now=now)
    else:
        sessions.close(coaching_session=session, status=CoachingSession.Status.CANCELLED)
    ledger.settle(booking=booking, old_state=before, now=now)
    reminders.replan(booking=booking, event="canceled", now=now)
    return booking


def cancel_enrollment(*, enrollment: Enrollment, actor: User | None, now: datetime) -> int:
    """Cancel the future bookings of somebody who left, without debit; return how many.

    Runs inside the caller's transaction, which holds the enrollment.
    """
    release_holds(holds=list(Hold.objects.filter(enrollment=enrollment).live(now)), now=now)
    ids = Booking.objects.filter(enrollment=enrollment).live().order_by("coaching_session", "pk")
    count = 0
    for booking_id in ids.filter(coaching_session__span__startswith__gt=now).values_list(
        "pk", flat=True
    ):
        booking = lock_booking(booking_id=booking_id, expected_rev=None, now=now)
        if booking.is_live:
            end(booking=booking, state=CANCELLED, actor=actor, reason="left_program", now=now)
            count += 1
    offers.leave_all(enrollment=enrollment, now=now)
    return count
