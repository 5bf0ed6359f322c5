"""Book, move and cancel a place in a session. Staff screens and mail links have no other path.

Each function owns one durable transaction. Locks are taken in one order everywhere: enrollment,
engagement, session, people. Nothing is sent from here: messages are rows.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from coaching.engine.policies import cancel_state, move_refusal
from coaching.engine.slots import refusal
from coaching.engine.wall_clock import to_epoch
from coaching.models import Booking, CoachingSession, Hold, SessionType
from coaching.services import ledger, reminders, sessions
from coaching.services.booking_states import change_state, end, lock_booking
from coaching.services.booking_transactions import run
from coaching.services.calendars import load_calendars
from coaching.services.idempotency import remember, use_key
from coaching.services.new_bookings import book_hold, book_seat, book_time
from coaching.services.places import lock_enrollment
from coaching.services.refusals import refuse
from coaching.services.time_claims import glance

if TYPE_CHECKING:
    from accounts.models import User
    from programs.models import Enrollment

ON_DUTY = "clinical_duty"  # the reason that says: called to a patient


def book(
    *,
    actor: User,
    enrollment: Enrollment,
    session_type: SessionType | None = None,
    start: datetime | None = None,
    coach: User | None = None,
    session: CoachingSession | None = None,
    hold: Hold | None = None,
    override: bool = False,
    idem_key: UUID,
    now: datetime,
) -> Booking:
    """Book a 1:1 at `start`, a place in the group `session`, or the time that `hold` keeps.

    Session, booking, time claims, held hours and owed messages are written together or not at all.
    Of simultaneous callers for one time, one wins.

    Args:
        actor: who books, for themselves or on the clinician's behalf; access is checked already.
        enrollment: whose place; its clinician gets the mails.
        session_type: of the 1:1; not needed with `session`.
        start: aware; a time that `find_open_slots` offers.
        coach: of the cohort; if left out, chosen when booking: the clinician's own coach if free,
            else the least booked.
        session: an existing group session of the enrollment's cohort.
        hold: while it lives, confirming it always succeeds; after that it is an ordinary booking.
        override: staff set the coach's hours, notice and caps aside; the booking's event says which.
        idem_key: made once per form shown; a repeat returns the first booking.
        now: the instant that notice, horizon and caps are counted from.

    Raises:
        ValidationError: codes of `refusals`: "slot_taken", "too_late", "beyond_horizon",
            "cap_reached", "clinician_busy", "no_hours", "full", "key_reused", "busy" and so on.
    """
    request = {
        "book": enrollment.pk,
        "type": session_type.pk if session_type else None,
        "start": to_epoch(start) if start else None,
        "coach": coach.pk if coach else None,
        "session": session.pk if session else None,
    }
    if hold is not None:
        request |= {"hold": hold.pk}
    if override:
        request |= {"override": True}

    def work() -> Booking:
        if earlier := use_key(actor=actor, key=idem_key, request=request, now=now):
            return earlier
        look = partial(glance, coach=coach, start=start, clinician=enrollment.clinician_id, now=now)
        look()
        enrolled = lock_enrollment(enrollment.pk)
        engagement = ledger.lock_engagement(engagement_id=enrolled.cohort.engagement_id)
        look()  # who waited for the lock may have waited for nothing
        basics: dict[str, Any] = {
            "actor": actor,
            "enrollment": enrolled,
            "engagement": engagement,
            "now": now,
        }
        if session is not None:
            booking = book_seat(**basics, session_id=session.pk)
        elif hold is not None:
            booking = book_hold(**basics, hold_id=hold.pk)
        elif session_type is not None and start is not None:
            booking = book_time(
                **basics, session_type=session_type, start=start, coach=coach, override=override
            )
        else:
            raise refuse("not_open")
        remember(actor=actor, key=idem_key, booking=booking)
        return booking

    return run(work)


def move(
    *,
    actor: User,
    booking: Booking,
    start: datetime,
    reason: str = "",
    expected_rev: int,
    idem_key: UUID,
    now: datetime,
) -> Booking:
    """Move a 1:1 to another time of the same coach: same booking, same calendar entry.

    Args:
        actor: the clinician, for whom the contract's notice and number of moves count, or staff.
        start: aware; a time that `find_open_slots(booking=…)` offers.
        reason: "clinical_duty" lets a clinician move inside the notice.
        expected_rev: the revision the form was made from.
        idem_key: made once per form shown.

    Raises:
        ValidationError: as for `book`; "stale", "not_live", "inside_notice", "too_many_moves".
    """
    request = {"move": booking.pk, "start": to_epoch(start), "rev": expected_rev}

    def work() -> Booking:
        if earlier := use_key(actor=actor, key=idem_key, request=request, now=now):
            return earlier
        moved = lock_booking(booking_id=booking.pk, expected_rev=expected_rev, now=now)
        session = moved.coaching_session
        by_clinician = actor.pk == moved.clinician_id
        if not moved.is_live or session.is_group:
            raise refuse("not_live")
        code = move_refusal(
            moved.rules,
            by_clinician=by_clinician,
            on_duty=reason == ON_DUTY,
            start=to_epoch(session.starts_at),
            now=to_epoch(now),
            moves=moved.move_count,
        )
        if code:
            raise refuse(code)
        _check_target(booking=moved, start=start, now=now)
        sessions.reschedule(coaching_session=session, start=start)
        moved.move_count += by_clinician
        moved.ics_seq += 1
        change_state(
            booking=moved, state=moved.state, actor=actor, reason=reason or "moved", now=now
        )
        reminders.replan(booking=moved, event="moved", now=now)
        remember(actor=actor, key=idem_key, booking=moved)
        return moved

    return run(work)


def _check_target(*, booking: Booking, start: datetime, now: datetime) -> None:
    """Ask the slot engine whether the session's coach has `start` open, own time counting as free."""
    session = booking.coaching_session
    shape = session.session_type.shape(notice_min=booking.rules.notice_min)
    at = to_epoch(start)
    calendars = load_calendars(
        coach_ids=[session.coach_id],
        viewer_id=booking.clinician_id,
        shape=shape,
        lo=at,
        hi=at + 1,
        now=to_epoch(now),
        without_session=session.pk,
    )
    diary = calendars.diaries.get(session.coach_id)
    code = (
        refusal(at, diary, shape, now=to_epoch(now), viewer_busy=calendars.viewer_busy)
        if diary
        else "slot_taken"
    )
    if code:
        raise refuse(code)


def cancel(
    *, actor: User, booking: Booking, reason: str = "", expected_rev: int | None, now: datetime
) -> Booking:
    """Cancel a place; the contract's rules decide what kind of cancellation it is.

    Args:
        actor: the clinician, or the coach or practice ("coach_cancel", never debited).
        reason: "clinical_duty" when called to a patient, until 48 h after the start.
        expected_rev: the revision the form was made from; None skips that check.

    Raises:
        ValidationError: "stale", "not_live", "already_started", "too_late".
    """

    def work() -> Booking:
        locked = lock_booking(booking_id=booking.pk, expected_rev=expected_rev, now=now)
        if not locked.is_live:
            raise refuse("not_live")
        state, code = cancel_state(
            locked.rules,
            by_clinician=actor.pk == locked.clinician_id,
            on_duty=reason == ON_DUTY,
            start=to_epoch(locked.coaching_session.starts_at),
            now=to_epoch(now),
        )
        if code:
            raise refuse(code)
        return end(booking=locked, state=state, actor=actor, reason=reason, now=now)

    return run(work)
