"""From one group into another: canceled and booked in one transaction, or neither."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from coaching.engine.policies import cancel_state
from coaching.engine.wall_clock import to_epoch
from coaching.models import Booking, CoachingSession
from coaching.services import ledger, reminders, sessions
from coaching.services.booking_states import end, lock_booking
from coaching.services.booking_transactions import run
from coaching.services.idempotency import remember, use_key
from coaching.services.places import add_booking, join_session, lock_enrollment
from coaching.services.refusals import refuse
from coaching.services.time_claims import lock_people

if TYPE_CHECKING:
    from accounts.models import User


def change_groups(
    *,
    actor: User,
    booking: Booking,
    session: CoachingSession,
    expected_rev: int,
    idem_key: UUID,
    now: datetime,
) -> Booking:
    """Give up a place in one group for one in another of the same cohort; return the new booking.

    What giving it up costs is what canceling it costs. If the other group has no place, nothing
    changes.

    Raises:
        ValidationError: as for `book` and `cancel`; "stale", "not_live", "full".
    """
    request = {"change": booking.pk, "session": session.pk, "rev": expected_rev}

    def work() -> Booking:
        if earlier := use_key(actor=actor, key=idem_key, request=request, now=now):
            return earlier
        enrolled = lock_enrollment(booking.enrollment_id)
        engagement = ledger.lock_engagement(engagement_id=enrolled.cohort.engagement_id)
        both = sorted({booking.coaching_session_id, session.pk})
        coaches = [sessions.lock_session(session_id=one).coach_id for one in both]
        lock_people(person_ids=[enrolled.clinician_id, *coaches], now=now)
        old = lock_booking(booking_id=booking.pk, expected_rev=expected_rev, now=now)
        if not old.is_live or not old.coaching_session.is_group or len(both) == 1:
            raise refuse("not_live")
        state, code = cancel_state(
            old.rules,
            by_clinician=actor.pk == old.clinician_id,
            on_duty=False,
            start=to_epoch(old.coaching_session.starts_at),
            now=to_epoch(now),
        )
        if code:
            raise refuse(code)
        end(booking=old, state=state, actor=actor, reason="other_group", now=now)
        coaching_session, policy = join_session(
            enrollment=enrolled, engagement=engagement, session_id=session.pk, now=now
        )
        new = add_booking(
            actor=actor,
            enrollment=enrolled,
            coaching_session=coaching_session,
            policy=policy,
            now=now,
        )
        ledger.hold(engagement=engagement, booking=new, now=now)
        reminders.plan(booking=new, event="booked", now=now)
        remember(actor=actor, key=idem_key, booking=new)
        return new

    return run(work)
