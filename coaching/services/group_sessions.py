"""Group meetings of a cohort, live sessions of the program among them: plan, move, cancel."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from coaching.engine.policies import COACH_CANCEL
from coaching.models import Booking, CoachingSession, SessionType
from coaching.notices.groups import GROUP_CANCELED, GROUP_MOVED, GROUP_PLANNED, SESSION_KIND
from coaching.services import ledger, offers, reminders, sessions
from coaching.services.booking_states import change_state, end, lock_group
from coaching.services.booking_transactions import run
from coaching.services.refusals import refuse
from coaching.services.time_claims import lock_people
from notifications.services.messages import owe, supersede
from programs.services.live_slots import cancel_slot, move_slot

if TYPE_CHECKING:
    from accounts.models import User
    from programs.models import Cohort, LiveSlot


def schedule_group(
    *,
    actor: User,
    cohort: Cohort,
    session_type: SessionType,
    coach: User,
    start: datetime | None = None,
    capacity: int | None = None,
    live_slot: LiveSlot | None = None,
    location: str = "",
    shows_roster: bool = False,
    allows_hierarchy: bool = False,
    now: datetime,
) -> CoachingSession:
    """Plan a group session; it exists before its first place is taken.

    Args:
        coach: who leads it; their weekly hours do not limit it, their other sessions do.
        start: aware; left out with a `live_slot`, whose time and place it takes.
        capacity: the session type's if left out.
        location: the live session's, else the session type's if left out.
        shows_roster: whether members see who else comes.
        allows_hierarchy: whether people may share it with those who supervise or evaluate them.

    Raises:
        ValidationError: "not_open": the type is no group; "already_started"; "slot_taken": the
            coach has something else then.
    """
    starts_at = live_slot.starts_at if live_slot else start
    if starts_at is None or session_type.kind != SessionType.Kind.GROUP:
        raise refuse("not_open")
    if starts_at <= now:
        raise refuse("already_started")

    def work() -> CoachingSession:
        ledger.lock_engagement(engagement_id=cohort.engagement_id)
        lock_people(person_ids=[coach.pk], now=now)
        session = sessions.schedule(
            session_type=session_type,
            coach=coach,
            cohort=cohort,
            start=starts_at,
            end=live_slot.ends_at if live_slot else None,
            wall_zone=cohort.time_zone,
            created_by=actor,
            capacity=capacity,
            live_slot=live_slot,
            location=location or (live_slot.place if live_slot else ""),
        )
        session.shows_roster, session.allows_hierarchy = shows_roster, allows_hierarchy
        session.save(update_fields=["shows_roster", "allows_hierarchy"])
        tell_coach(session=session, kind=GROUP_PLANNED, now=now)
        return session

    return run(work)


def tell_coach(*, session: CoachingSession, kind: str, now: datetime) -> None:
    """Owe the coach of a group their mail, with the entry for their calendar."""
    supersede(subject_kind=SESSION_KIND, subject_id=session.pk, below_rev=session.rev)
    owe(
        kind=kind,
        subject=session,
        recipient=session.coach,
        rule=kind.rpartition("_")[2],
        due_at=now,
        not_after=max(session.ends_at, now + timedelta(days=1)),
        now=now,
    )


def change_group(
    *,
    actor: User,
    session: CoachingSession,
    capacity: int,
    location: str,
    shows_roster: bool,
    allows_hierarchy: bool,
    expected_rev: int,
    now: datetime,
) -> CoachingSession:
    """Change what a group session offers, not its time. New places go to those who wait, in order.

    A new place is told to everyone in it, with their calendar entry.

    Raises:
        ValidationError: "stale", "not_open"; "too_small": more people have a place already.
    """

    def work() -> CoachingSession:
        bookings = lock_group(session_id=session.pk, now=now)
        locked = bookings[0].coaching_session if bookings else _locked(session)
        _check(locked, expected_rev)
        if capacity < locked.taken:
            raise refuse("too_small")
        has_moved = location != locked.location
        locked.capacity, locked.location = capacity, location
        locked.shows_roster, locked.allows_hierarchy = shows_roster, allows_hierarchy
        locked.rev += 1
        locked.ics_seq += has_moved
        locked.save()
        if has_moved:
            _tell_everyone(locked, bookings, actor, now)
        offers.lapse_offers(coaching_session=locked, now=now)
        offers.offer_free_places(coaching_session=locked, now=now)
        return locked

    return run(work)


def _tell_everyone(
    session: CoachingSession, bookings: list[Booking], actor: User, now: datetime
) -> None:
    """Everyone in it gets the new time or place, as an update of their own entry."""
    for booking in bookings:
        if booking.is_live:
            booking.ics_seq += 1
            change_state(booking=booking, state=booking.state, actor=actor, reason="moved", now=now)
            reminders.replan(booking=booking, event="moved", now=now)
    tell_coach(session=session, kind=GROUP_MOVED, now=now)


def move_group(
    *, actor: User, session: CoachingSession, start: datetime, expected_rev: int, now: datetime
) -> CoachingSession:
    """Move a group session with everyone in it; each gets the new time.

    Raises:
        ValidationError: "stale", "not_open", "already_started"; "slot_taken": somebody in it has
            something else then.
    """

    def work() -> CoachingSession:
        bookings = lock_group(session_id=session.pk, now=now)
        locked = bookings[0].coaching_session if bookings else _locked(session)
        _check(locked, expected_rev)
        if start <= now:
            raise refuse("already_started")
        sessions.reschedule(coaching_session=locked, start=start)
        if locked.live_slot is not None:
            move_slot(
                slot=locked.live_slot, starts_at=locked.starts_at, ends_at=locked.ends_at, by=actor
            )
        _tell_everyone(locked, bookings, actor, now)
        offers.follow_move(coaching_session=locked, now=now)
        return locked

    return run(work)


def cancel_group(
    *, actor: User, session: CoachingSession, expected_rev: int, now: datetime
) -> CoachingSession:
    """Cancel a group session and every place in it; nobody's hours are used.

    Raises:
        ValidationError: "stale", "not_open".
    """

    def work() -> CoachingSession:
        bookings = lock_group(session_id=session.pk, now=now)
        locked = bookings[0].coaching_session if bookings else _locked(session)
        _check(locked, expected_rev)
        offers.close_waitlist(coaching_session=locked)
        for booking in bookings:
            if booking.is_live:
                end(booking=booking, state=COACH_CANCEL, actor=actor, reason="group", now=now)
        sessions.close(coaching_session=locked, status=CoachingSession.Status.CANCELLED)
        tell_coach(session=locked, kind=GROUP_CANCELED, now=now)
        if locked.live_slot is not None:
            cancel_slot(slot=locked.live_slot, by=actor, now=now)
        return locked

    return run(work)


def _locked(session: CoachingSession) -> CoachingSession:
    return sessions.lock_session(session_id=session.pk)


def _check(session: CoachingSession, expected_rev: int) -> None:
    if session.rev != expected_rev:
        raise refuse("stale")
    if not session.is_group or session.status != CoachingSession.Status.SCHEDULED:
        raise refuse("not_open")
