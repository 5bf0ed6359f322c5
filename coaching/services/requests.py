"""Meetings that a coach confirms one by one: accept, decline, or let lapse."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from coaching.engine.policies import BOOKED, DECLINED, REQUESTED
from coaching.models import Booking
from coaching.services import reminders
from coaching.services.booking_states import change_state, end, lock_booking
from coaching.services.booking_transactions import run
from coaching.services.refusals import refuse

if TYPE_CHECKING:
    from accounts.models import User


def answer_request(
    *, actor: User, booking: Booking, accept: bool, expected_rev: int, now: datetime
) -> Booking:
    """Accept or decline a requested session; it has owned its time since it was asked for.

    Raises:
        ValidationError: "stale"; "not_live": it is no open request; "already_started".
    """

    def work() -> Booking:
        locked = lock_booking(booking_id=booking.pk, expected_rev=expected_rev, now=now)
        if locked.state != REQUESTED:
            raise refuse("not_live")
        if not accept:
            return end(booking=locked, state=DECLINED, actor=actor, reason="declined", now=now)
        if locked.coaching_session.starts_at <= now:
            raise refuse("already_started")
        change_state(booking=locked, state=BOOKED, actor=actor, reason="accepted", now=now)
        reminders.replan(booking=locked, event="booked", now=now)
        return locked

    return run(work)


def lapse_requests(*, now: datetime) -> int:
    """Decline requests nobody answered by their deadline; return how many.

    The deadline is a day after asking, but an hour before the start at the latest.
    """
    lapsed = 0
    requests = Booking.objects.filter(state=REQUESTED).select_related("coaching_session")
    for booking in requests.order_by("pk"):
        if booking.answer_until <= now:
            lapsed += run(partial(_lapse, booking_id=booking.pk, now=now))
    return lapsed


def _lapse(*, booking_id: int, now: datetime) -> int:
    locked = lock_booking(booking_id=booking_id, expected_rev=None, now=now)
    if locked.state != REQUESTED:
        return 0  # answered meanwhile
    end(booking=locked, state=DECLINED, actor=None, reason="lapsed", now=now)
    return 1
