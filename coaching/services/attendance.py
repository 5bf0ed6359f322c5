"""What became of a session: marks by either side, corrections, a whole group on one screen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from coaching.engine.policies import FREEING, LIVE, OUTCOMES, mark_refusal, may_change
from coaching.engine.wall_clock import to_epoch
from coaching.models import Booking, CoachingSession
from coaching.services import ledger, reminders, sessions
from coaching.services.booking_states import change_state, end, lock_booking, lock_group
from coaching.services.booking_transactions import run
from coaching.services.refusals import refuse
from programs.services.live_slots import record_attendance

if TYPE_CHECKING:
    from accounts.models import User

SETTLED = "settled"  # the reason of the event with which the owner decides a dispute
# What a live session of the program knows of it; a coach's own cancellation is not counted.
_PROGRAM_STATUS = {
    "attended": "present",
    "clinical_duty": "excused",
    "late_cancel": "absent",
    "no_show": "absent",
}


def mark(
    *, actor: User, booking: Booking, state: str, expected_rev: int | None, now: datetime
) -> Booking:
    """Mark or correct the outcome of one booking, until seven days after the start.

    Args:
        actor: the clinician, or the coach or practice; when one corrects the other's mark the
            booking counts as disputed, for the practice owner.
        state: attended, no_show, late_cancel, clinical_duty or coach_cancel.
        expected_rev: the revision the form was made from; None skips that check.

    Raises:
        ValidationError: "stale", "invalid_state", "not_started", "too_late", "not_live".
    """

    def work() -> Booking:
        locked = lock_booking(booking_id=booking.pk, expected_rev=expected_rev, now=now)
        return _mark(booking=locked, state=state, actor=actor, now=now)

    return run(work)


def settle_dispute(
    *, actor: User, booking: Booking, state: str, expected_rev: int, now: datetime
) -> Booking:
    """Decide what is true where clinician and coach told differently; hours and progress follow.

    Args:
        actor: the practice's owner. No deadline holds for this.
        state: as for `mark`; may be the one that stands.

    Raises:
        ValidationError: "stale"; "not_live": nothing is disputed; "invalid_state".
    """

    def work() -> Booking:
        locked = lock_booking(booking_id=booking.pk, expected_rev=expected_rev, now=now)
        if locked.disputed_at is None:
            raise refuse("not_live")
        if state not in OUTCOMES:
            raise refuse("invalid_state")
        locked.disputed_at = None
        before = change_state(booking=locked, state=state, actor=actor, reason=SETTLED, now=now)
        _follow(booking=locked, before=before, actor=actor, now=now)
        return locked

    return run(work)


def mark_group(
    *, actor: User, session: CoachingSession, states: Mapping[int, str], now: datetime
) -> int:
    """Mark everyone of a group at once; return how many marks changed.

    Args:
        states: booking id to state; bookings of other sessions and unchanged marks are passed over.

    Raises:
        ValidationError: as for `mark`; then nothing is marked.
    """

    def work() -> int:
        changed = 0
        for booking in lock_group(session_id=session.pk, now=now):
            state = states.get(booking.pk)
            if state and state != booking.state:
                _mark(booking=booking, state=state, actor=actor, now=now)
                changed += 1
        return changed

    return run(work)


def _mark(*, booking: Booking, state: str, actor: User, now: datetime) -> Booking:
    session = booking.coaching_session
    by_clinician = actor.pk == booking.clinician_id
    code = mark_refusal(
        state,
        by_clinician=by_clinician,
        start=to_epoch(session.starts_at),
        now=to_epoch(now),
    )
    if code:
        raise refuse(code)
    if not may_change(booking.state, state):
        raise refuse("not_live")
    if booking.state in LIVE and state in FREEING:
        end(booking=booking, state=state, actor=actor, reason="marked", now=now)
    else:
        if booking.state in OUTCOMES and _contradicts(booking, actor):
            booking.disputed_at = now
        before = change_state(booking=booking, state=state, actor=actor, reason="marked", now=now)
        _follow(booking=booking, before=before, actor=actor, now=now)
        return booking
    _tell_program(booking=booking, actor=actor, now=now)
    return booking


def _follow(*, booking: Booking, before: str, actor: User, now: datetime) -> None:
    """Let hours, messages, session and program follow an outcome that was just written."""
    session = booking.coaching_session
    ledger.settle(booking=booking, old_state=before, now=now)
    if before in LIVE:  # after that only a cancellation may still be owed: it stays
        reminders.take_back(booking=booking)
    if before in FREEING and booking.state not in FREEING:
        sessions.restore(coaching_session=session)
    elif session.status == CoachingSession.Status.SCHEDULED and booking.state not in FREEING:
        sessions.close(coaching_session=session, status=CoachingSession.Status.HELD)
    _tell_program(booking=booking, actor=actor, now=now)


def _contradicts(booking: Booking, actor: User) -> bool:
    """Whether another mark of `actor` goes against the other side, or a settlement not theirs."""
    last = booking.events.order_by("-rev").first()
    if last is None or last.actor_id == actor.pk:
        return False
    sides = {last.actor_id == booking.clinician_id, actor.pk == booking.clinician_id}
    return last.reason == SETTLED or len(sides) == 2


def _tell_program(*, booking: Booking, actor: User, now: datetime) -> None:
    """Carry the mark to the program's live session, in the same transaction."""
    slot = booking.coaching_session.live_slot
    status = _PROGRAM_STATUS.get(booking.state)
    if slot is not None and status is not None:
        record_attendance(
            enrollment=booking.enrollment,
            slot=slot,
            status=status,
            by=actor,
            now=now,
        )
