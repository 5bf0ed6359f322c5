"""Another coach takes a session over; its time and its clinicians stay."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from coaching.models import Booking, CoachingSession, TimeClaim
from coaching.notices.groups import COACH_CHANGED, SESSION_HANDED_OVER, SESSION_TAKEN_OVER
from coaching.notices.reminders import owed_reminders
from coaching.services import conflicts, reminders, sessions
from coaching.services.booking_states import change_state, lock_group
from coaching.services.booking_transactions import run
from coaching.services.refusals import refuse
from notifications.kinds import Owed
from notifications.services.messages import owe
from notifications.services.plans import owe_all

if TYPE_CHECKING:
    from accounts.models import User

_DAY = timedelta(days=1)


def reassign_coach(
    *, actor: User, session: CoachingSession, coach: User, expected_rev: int, now: datetime
) -> CoachingSession:
    """Hand a session over to another coach of its cohort.

    Clinicians keep their calendar entry, which is updated; the former coach's is canceled, the new
    coach gets one. The new coach's hours do not limit it, their other sessions do.

    Raises:
        ValidationError: "stale", "not_open", "already_started"; "no_coach": not of the cohort, or a
            conflict with somebody in it; "slot_taken": the new coach has something else then.
    """

    def work() -> CoachingSession:
        bookings = lock_group(session_id=session.pk, also=[coach.pk], now=now)
        locked = (
            bookings[0].coaching_session
            if bookings
            else sessions.lock_session(session_id=session.pk)
        )
        live = [booking for booking in bookings if booking.is_live]
        _check(locked, live, coach, expected_rev, now)
        former = locked.coach
        locked.coach = coach
        locked.rev += 1
        locked.ics_seq += 1
        locked.save(update_fields=["coach", "rev", "ics_seq", "updated_at"])
        TimeClaim.objects.filter(
            coaching_session=locked, kind=TimeClaim.Kind.COACH, active=True
        ).update(person=coach)
        for booking in live:
            booking.ics_seq += 1
            change_state(
                booking=booking, state=booking.state, actor=actor, reason="reassigned", now=now
            )
            _tell_clinician(booking, now)
        _tell_coach(locked, former, SESSION_HANDED_OVER, now)
        _tell_coach(locked, coach, SESSION_TAKEN_OVER, now)
        return locked

    return run(work)


def _check(
    session: CoachingSession, live: list[Booking], coach: User, expected_rev: int, now: datetime
) -> None:
    if session.rev != expected_rev:
        raise refuse("stale")
    if session.status != CoachingSession.Status.SCHEDULED or session.coach_id == coach.pk:
        raise refuse("not_open")
    if session.starts_at <= now:
        raise refuse("already_started")
    cohort = session.cohort
    if cohort is None or not cohort.coaches().filter(pk=coach.pk).exists():
        raise refuse("no_coach")
    for booking in live:
        if conflicts.excluded(clinician_id=booking.clinician_id, coach_ids=[coach.pk]):
            raise refuse("no_coach")


def _tell_clinician(booking: Booking, now: datetime) -> None:
    reminders.take_back(booking=booking)
    news = Owed(
        kind=COACH_CHANGED,
        subject=booking,
        recipient=booking.clinician,
        rule="coach",
        due_at=now,
        not_after=booking.coaching_session.ends_at,
    )
    again = owed_reminders([booking], is_skipped=lambda _booking, one: one.due_at <= now)
    owe_all(news=[news], reminders=again, now=now)


def _tell_coach(session: CoachingSession, coach: User, kind: str, now: datetime) -> None:
    owe(
        kind=kind,
        subject=session,
        recipient=coach,
        rule="coach",
        due_at=now,
        not_after=max(session.ends_at, now + _DAY),
        now=now,
    )
