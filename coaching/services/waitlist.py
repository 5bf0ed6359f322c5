"""Wait for a place in a full group; take or leave the place that is offered."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from coaching.models import Booking, CoachingSession, WaitlistEntry
from coaching.services import ledger, offers, reminders, sessions
from coaching.services.booking_policies import resolve_policy
from coaching.services.booking_transactions import run
from coaching.services.idempotency import remember, use_key
from coaching.services.places import add_booking, lock_enrollment
from coaching.services.refusals import refuse
from coaching.services.time_claims import lock_people
from programs.models import Enrollment

if TYPE_CHECKING:
    from accounts.models import User

State = WaitlistEntry.State


def join_waitlist(
    *,
    actor: User,
    enrollment: Enrollment,
    session: CoachingSession,
    priority: int = 0,
    now: datetime,
) -> WaitlistEntry:
    """Wait for a place; asked again it returns the same entry.

    Raises:
        ValidationError: "not_full": a place is free; "already_booked"; "another_group";
            "not_open", "already_started", "not_enrolled".
    """

    def work() -> WaitlistEntry:
        enrolled = lock_enrollment(enrollment.pk)
        ledger.lock_engagement(engagement_id=enrolled.cohort.engagement_id)
        locked = _open(sessions.lock_session(session_id=session.pk), enrolled, now)
        lock_people(person_ids=[enrolled.clinician_id], now=now)
        offers.lapse_offers(coaching_session=locked, now=now)
        mine = WaitlistEntry.objects.live().filter(
            coaching_session=locked, clinician=enrolled.clinician
        )
        if entry := mine.first():
            return entry
        if Booking.objects.live().filter(coaching_session=locked, clinician=enrolled.clinician):
            raise refuse("already_booked")
        offers.check_person(coaching_session=locked, clinician=enrolled.clinician)
        if locked.places_left > 0:
            raise refuse("not_full")
        entry = WaitlistEntry(
            coaching_session=locked,
            clinician=enrolled.clinician,
            enrollment=enrolled,
            actor=actor,
            priority=priority,
            joined_at=now,
        )
        entry.save(force_insert=True)
        return entry

    return run(work)


def leave_waitlist(*, actor: User, entry: WaitlistEntry, now: datetime) -> WaitlistEntry:
    """Stop waiting; a place that was kept goes to the next."""
    return run(partial(_answer_no, entry_id=entry.pk, state=State.LEFT, now=now))


def answer_offer(
    *,
    actor: User,
    entry: WaitlistEntry,
    accept: bool,
    idem_key: UUID | None = None,
    now: datetime,
) -> Booking | None:
    """Take the place that is offered, or pass it on.

    An accepted offer answered again returns its booking. A clash with the person's own diary
    refuses, and the offer stays open.

    Raises:
        ValidationError: "offer_over": it lapsed or was declined; "clinician_busy"; "no_hours".
    """
    if not accept:
        run(partial(_answer_no, entry_id=entry.pk, state=State.DECLINED, now=now))
        return None

    def work() -> Booking:
        request = {"offer": entry.pk, "accept": True}
        if idem_key and (earlier := use_key(actor=actor, key=idem_key, request=request, now=now)):
            return earlier
        enrolled = lock_enrollment(entry.enrollment_id)
        engagement = ledger.lock_engagement(engagement_id=enrolled.cohort.engagement_id)
        locked = sessions.lock_session(session_id=entry.coaching_session_id)
        current = _lock(entry.pk)
        if current.booking is not None:
            return current.booking
        if not _is_open(current, now) or locked.status != CoachingSession.Status.SCHEDULED:
            raise refuse("offer_over")
        lock_people(person_ids=[enrolled.clinician_id, locked.coach_id], now=now)
        offers.check_person(coaching_session=locked, clinician=enrolled.clinician)
        policy = resolve_policy(engagement=engagement, session_type=locked.session_type)
        booking = add_booking(
            actor=actor, enrollment=enrolled, coaching_session=locked, policy=policy, now=now
        )
        ledger.hold(engagement=engagement, booking=booking, now=now)
        reminders.plan(booking=booking, event="booked", now=now)
        if idem_key:
            remember(actor=actor, key=idem_key, booking=booking)
        return booking

    return run(work)


def pass_on_due_offers(*, now: datetime) -> int:
    """Pass on every place whose offer has ended; return how many offers ended. Runs every 10 s."""
    due = WaitlistEntry.objects.lapsed(now).order_by("coaching_session")
    ended = 0
    for session_id in due.values_list("coaching_session", flat=True).distinct():
        ended += run(partial(_pass_on, session_id=session_id, now=now))
    return ended


def _pass_on(*, session_id: int, now: datetime) -> int:
    return offers.lapse_offers(coaching_session=_lock_with_contract(session_id), now=now)


def _answer_no(*, entry_id: int, state: str, now: datetime) -> WaitlistEntry:
    session_id = WaitlistEntry.objects.values_list("coaching_session", flat=True).get(pk=entry_id)
    locked = _lock_with_contract(session_id)
    entry = _lock(entry_id)
    if not entry.is_live:
        return entry  # answered already, or lapsed: the place is somebody else's
    offers.release_offer(coaching_session=locked, entry=entry, state=state)
    offers.lapse_offers(coaching_session=locked, now=now)
    offers.offer_free_places(coaching_session=locked, now=now)
    return entry


def _lock_with_contract(session_id: int) -> CoachingSession:
    cohort = CoachingSession.objects.select_related("cohort").get(pk=session_id).cohort
    if cohort is not None:
        ledger.lock_engagement(engagement_id=cohort.engagement_id)
    return sessions.lock_session(session_id=session_id)


def _lock(entry_id: int) -> WaitlistEntry:
    entries = WaitlistEntry.objects.select_related("booking__coaching_session")
    return entries.select_for_update(of=("self",), no_key=True).get(pk=entry_id)


def _is_open(entry: WaitlistEntry, now: datetime) -> bool:
    """An offer is live while its end lies ahead: at that instant it is over."""
    return (
        entry.state == State.OFFERED
        and entry.offer_expires_at is not None
        and now < entry.offer_expires_at
    )


def _open(session: CoachingSession, enrollment: Enrollment, now: datetime) -> CoachingSession:
    if (
        not session.is_group
        or session.cohort_id != enrollment.cohort_id
        or session.status != CoachingSession.Status.SCHEDULED
    ):
        raise refuse("not_open")
    if session.starts_at <= now:
        raise refuse("already_started")
    return session
