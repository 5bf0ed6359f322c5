"""Places of a group that came free go to those who wait, in order. Inside a locked transaction.

Taken places are live bookings plus live offers, so nobody who walks in passes an offer. Callers hold
the engagement and the session.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from coaching.engine.offers import OFFER_S, offer_deadline
from coaching.engine.wall_clock import from_epoch, to_epoch
from coaching.models import Booking, CoachingSession, TimeClaim, WaitlistEntry
from coaching.models.waitlist import WaitlistEntryQuerySet
from coaching.notices.groups import PLACE_OFFERED, WAITLIST_KIND
from coaching.services import conflicts, ledger, sessions
from coaching.services.refusals import refuse
from core.tokens import hash_token
from notifications.engine.quiet_hours import ends_after
from notifications.services.messages import owe, supersede
from notifications.services.quiet import disturbs, preference_of, quiet_spans

if TYPE_CHECKING:
    from accounts.models import User
    from programs.models import Enrollment

State = WaitlistEntry.State
_NIGHT = timedelta(days=1)


def offer_free_places(*, coaching_session: CoachingSession, now: datetime) -> int:
    """Offer each free place to the first who waits and may sit here; return how many offers."""
    offered = 0
    if coaching_session.status != CoachingSession.Status.SCHEDULED:
        return 0
    while coaching_session.places_left > 0:
        entry = _first_waiter(coaching_session)
        if entry is None or not _offer(coaching_session, entry, now):
            break
        offered += 1
    return offered


def _first_waiter(coaching_session: CoachingSession) -> WaitlistEntry | None:
    """Pass over whom the hierarchy guard keeps out for now: they keep their turn."""
    waiting = coaching_session.waitlist.select_related("clinician").order_by(
        "-priority", "joined_at", "pk"
    )
    for entry in waiting.select_for_update(of=("self",), no_key=True).filter(state=State.WAITING):
        if conflicts.may_share(coaching_session=coaching_session, clinician=entry.clinician):
            return entry
    return None


def _offer(coaching_session: CoachingSession, entry: WaitlistEntry, now: datetime) -> bool:
    preference = preference_of(entry.clinician)
    quiet = quiet_spans(preference=preference, lo=now, hi=now + timedelta(seconds=OFFER_S) + _NIGHT)
    begins = to_epoch(now)
    if disturbs(preference=preference, channel="email"):  # the mail leaves when quiet ends
        begins = ends_after(at=begins, quiet=quiet) or begins
    deadline = offer_deadline(start=to_epoch(coaching_session.starts_at), now=begins, quiet=quiet)
    if deadline is None:
        return False
    sessions.take_seat(coaching_session=coaching_session)
    entry.state = State.OFFERED
    entry.offered_at = now
    entry.offer_expires_at = from_epoch(deadline)
    entry.rev += 1
    entry.link_hash = hash_token(entry.link_token)
    entry.save(
        update_fields=["state", "offered_at", "offer_expires_at", "rev", "link_hash", "updated_at"]
    )
    _owe_offer(entry, now)
    return True


def _owe_offer(entry: WaitlistEntry, now: datetime) -> None:
    owe(
        kind=PLACE_OFFERED,
        subject=entry,
        recipient=entry.clinician,
        rule="offer",
        due_at=now,
        not_after=entry.offer_expires_at,
        now=now,
    )


def lapse_offers(*, coaching_session: CoachingSession, now: datetime) -> int:
    """Pass on the places that nobody took in time; return how many offers ended."""
    lapsed = list(
        WaitlistEntry.objects.filter(coaching_session=coaching_session)
        .lapsed(now)
        .select_for_update(of=("self",), no_key=True)
    )
    for entry in lapsed:
        release_offer(coaching_session=coaching_session, entry=entry, state=State.EXPIRED)
    if lapsed:
        offer_free_places(coaching_session=coaching_session, now=now)
    return len(lapsed)


def release_offer(
    *, coaching_session: CoachingSession, entry: WaitlistEntry, state: str
) -> WaitlistEntry:
    """End a live entry without a booking; a place kept for it is free again."""
    if entry.state == State.OFFERED:
        sessions.free_seat(coaching_session=coaching_session)
    entry.state = state
    entry.rev += 1
    entry.save(update_fields=["state", "rev", "updated_at"])
    supersede(subject_kind=WAITLIST_KIND, subject_id=entry.pk, below_rev=entry.rev)
    return entry


def take_place(*, coaching_session: CoachingSession, enrollment: Enrollment, now: datetime) -> None:
    """Take a seat for a booking about to be written: a free one, or the one kept for this person.

    Raises:
        ValidationError: "full", "clinician_busy", "another_group".
    """
    lapse_offers(coaching_session=coaching_session, now=now)
    check_person(coaching_session=coaching_session, clinician=enrollment.clinician)
    if _live_entry(coaching_session, enrollment.clinician_id, State.OFFERED) is None:
        sessions.take_seat(coaching_session=coaching_session)


def check_person(*, coaching_session: CoachingSession, clinician: User) -> None:
    """Refuse a person whose own diary, or whose place in the hierarchy, speaks against it."""
    busy = TimeClaim.objects.filter(
        person=clinician, active=True, span__overlap=coaching_session.span
    )
    if busy.exclude(coaching_session=coaching_session).exists():
        raise refuse("clinician_busy")
    if not conflicts.may_share(coaching_session=coaching_session, clinician=clinician):
        raise refuse("another_group")


def note_booking(*, booking: Booking) -> None:
    """Whoever got a place waits no longer."""
    entry = _live_entry(booking.coaching_session, booking.clinician_id)
    if entry is not None:
        entry.state = State.ACCEPTED
        entry.booking = booking
        entry.rev += 1
        entry.save(update_fields=["state", "booking", "rev", "updated_at"])
        supersede(subject_kind=WAITLIST_KIND, subject_id=entry.pk, below_rev=entry.rev)


def _live_entry(
    coaching_session: CoachingSession, clinician_id: int, *states: str
) -> WaitlistEntry | None:
    return (
        WaitlistEntry.objects.live()
        .filter(coaching_session=coaching_session, clinician=clinician_id)
        .filter(state__in=states or WaitlistEntry.LIVE)
        .select_for_update(of=("self",), no_key=True)
        .first()
    )


def close_waitlist(*, coaching_session: CoachingSession) -> None:
    """The session will not take place: nobody waits for it any more."""
    for entry in _live(coaching_session):
        release_offer(coaching_session=coaching_session, entry=entry, state=State.CLOSED)


def follow_move(*, coaching_session: CoachingSession, now: datetime) -> None:
    """After a move, offers end half an hour before the new start at the latest, and say so anew."""
    latest = offer_deadline(start=to_epoch(coaching_session.starts_at), now=to_epoch(now))
    end = now if latest is None else from_epoch(latest)
    for entry in _live(coaching_session).filter(state=State.OFFERED):
        entry.offer_expires_at = min(entry.offer_expires_at or end, end)
        entry.rev += 1
        entry.save(update_fields=["offer_expires_at", "rev", "updated_at"])
        supersede(subject_kind=WAITLIST_KIND, subject_id=entry.pk, below_rev=entry.rev)
        if latest is not None:
            _owe_offer(entry, now)
    lapse_offers(coaching_session=coaching_session, now=now)


def leave_all(*, enrollment: Enrollment, now: datetime) -> None:
    """Take somebody who left the program off every waitlist, inside the caller's transaction."""
    entries = WaitlistEntry.objects.live().filter(enrollment=enrollment).order_by("pk")
    for entry_id, session_id in entries.values_list("pk", "coaching_session_id"):
        ledger.lock_engagement(engagement_id=enrollment.cohort.engagement_id)
        coaching_session = sessions.lock_session(session_id=session_id)
        entry = _live(coaching_session).filter(pk=entry_id).first()
        if entry is not None:
            release_offer(coaching_session=coaching_session, entry=entry, state=State.LEFT)
            offer_free_places(coaching_session=coaching_session, now=now)


def _live(coaching_session: CoachingSession) -> WaitlistEntryQuerySet:
    return (
        WaitlistEntry.objects.live()
        .filter(coaching_session=coaching_session)
        .select_related("clinician")
        .select_for_update(of=("self",), no_key=True)
        .order_by("pk")
    )
