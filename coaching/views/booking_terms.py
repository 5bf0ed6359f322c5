"""What moving or canceling a booking means now: said before anyone confirms it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from coaching.engine.policies import CLINICAL_DUTY, LATE_CANCEL

if TYPE_CHECKING:
    from accounts.models import User
    from coaching.models import Booking


@dataclass(frozen=True)
class BookingTerms:
    """The rules a booking was made under, applied to one instant and one viewer."""

    free_until: datetime  # until then the clinician moves and cancels freely
    is_late: bool
    is_own: bool  # else the viewer acts for the practice, which never costs the contract anything
    late_min: int  # contract minutes that canceling late uses up; 0 if the contract forgives it
    duty_min: int  # the same when called to a patient: by default 0
    has_moves_left: bool


def booking_terms(*, booking: Booking, viewer: User, now: datetime) -> BookingTerms:
    """Return the terms for `viewer` at `now`; `booking` has session and session type loaded."""
    session, rules = booking.coaching_session, booking.rules
    free_until = session.starts_at - timedelta(minutes=rules.cancel_notice_min)
    minutes = session.length_min if session.session_type.uses_hours else 0
    is_own = booking.clinician_id == viewer.pk
    return BookingTerms(
        free_until=free_until,
        is_late=is_own and now > free_until,
        is_own=is_own,
        late_min=minutes if rules.debits(LATE_CANCEL) else 0,
        duty_min=minutes if rules.debits(CLINICAL_DUTY) else 0,
        has_moves_left=not is_own or booking.move_count < rules.max_moves,
    )
