"""The hours of a contract: bought, held by bookings, used, given back. Minutes, append-only."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Sum

from coaching.engine.policies import LIVE
from coaching.models import Booking, BookingPolicy, Hold, HoursBalance, HoursEntry
from coaching.models.ledger import HoursEntryQuerySet
from coaching.services.refusals import refuse
from programs.models import Engagement

if TYPE_CHECKING:
    from accounts.models import User

Kind = HoursEntry.Kind


def lock_engagement(*, engagement_id: int) -> Engagement:
    """Lock a contract: its balance is checked and changed under this lock only."""
    return Engagement.objects.select_for_update(no_key=True).get(pk=engagement_id)


@transaction.atomic
def purchase(*, engagement: Engagement, actor: User | None, now: datetime) -> HoursEntry | None:
    """Enter what the contract's coaching hours changed by since the last time; None if nothing.

    Asked again it adds nothing, so callers need not know whether hours were entered before.
    """
    locked = lock_engagement(engagement_id=engagement.pk)
    entries = HoursEntry.objects.filter(engagement=locked)
    return _top_up(engagement=locked, balance=entries.balance(), actor=actor, now=now)


def _top_up(
    *, engagement: Engagement, balance: HoursBalance, actor: User | None, now: datetime
) -> HoursEntry | None:
    missing = engagement.coaching_hours * 60 - balance.purchased
    if not missing:
        return None
    kind = Kind.PURCHASE if missing > 0 else Kind.ADJUST
    return HoursEntry.objects.create(
        engagement=engagement, kind=kind, minutes=missing, actor=actor, created_at=now
    )


def hold(*, engagement: Engagement, booking: Booking, now: datetime) -> None:
    """Hold the session's minutes for a booking; the engagement is locked by the caller.

    A group billed per session is held once, whoever of the contract comes first.

    Raises:
        ValidationError: "no_hours": less is left than the session takes.
    """
    session = booking.coaching_session
    if not session.session_type.uses_hours:
        return
    if _per_session(booking):
        entries = HoursEntry.objects.filter(engagement=engagement, coaching_session=session)
        if _standing(entries):
            return
    check_hours(engagement=engagement, minutes=session.length_min, now=now)
    _add(booking, Kind.HOLD, -session.length_min, now)


def check_hours(*, engagement: Engagement, minutes: int, now: datetime) -> None:
    """Refuse what the contract's hours do not cover; what is kept for others counts as taken.

    The engagement is locked by the caller.

    Raises:
        ValidationError: "no_hours".
    """
    balance = HoursEntry.objects.filter(engagement=engagement).balance()
    added = _top_up(engagement=engagement, balance=balance, actor=None, now=now)
    left = balance.left + (added.minutes if added else 0)
    if left < minutes or left - kept_minutes(engagement=engagement, now=now) < minutes:
        raise refuse("no_hours")


def kept_minutes(*, engagement: Engagement, now: datetime) -> int:
    """Return the minutes of live holds: not in the ledger yet, and not free either."""
    holds = Hold.objects.live(now).filter(
        enrollment__cohort__engagement=engagement, session_type__uses_hours=True
    )
    return sum((row.ends_at - row.starts_at) // timedelta(minutes=1) for row in holds.only("span"))


@transaction.atomic
def adjust(
    *, engagement: Engagement, minutes: int, reason: str, actor: User, now: datetime
) -> HoursEntry:
    """Add or take hours by hand, with the reason why.

    Raises:
        ValidationError: "no_hours": more than is left; or an unknown reason, or no minutes.
    """
    locked = lock_engagement(engagement_id=engagement.pk)
    if minutes < 0:
        check_hours(engagement=locked, minutes=-minutes, now=now)
    entry = HoursEntry(
        engagement=locked,
        kind=Kind.ADJUST,
        minutes=minutes,
        reason=reason,
        actor=actor,
        created_at=now,
    )
    entry.full_clean()
    entry.save(force_insert=True)
    return entry


def settle(*, booking: Booking, old_state: str, now: datetime) -> None:
    """Write what a booking's new state does to the hours; the engagement is locked by the caller.

    From a live state to a final one the hold is released and, if the contract says so, used. A
    correction of an outcome returns or uses.
    """
    if not booking.coaching_session.session_type.uses_hours:
        return
    if _per_session(booking):
        _settle_group(booking=booking, now=now)
        return
    minutes = booking.coaching_session.length_min
    debits = booking.rules.debits(booking.state)
    if old_state in LIVE:
        _add(booking, Kind.RELEASE, minutes, now)
        if debits:
            _add(booking, Kind.USE, -minutes, now)
    elif debits != booking.rules.debits(old_state):
        _add(booking, Kind.USE if debits else Kind.RETURN, -minutes if debits else minutes, now)


def _settle_group(*, booking: Booking, now: datetime) -> None:
    """Once per session: held while anybody has a place, used when any booking debits."""
    session = booking.coaching_session
    entries = HoursEntry.objects.filter(
        engagement_id=booking.engagement_id, coaching_session=session
    )
    places = Booking.objects.filter(engagement_id=booking.engagement_id, coaching_session=session)
    any_debit = any(place.rules.debits(place.state) for place in places)
    any_live = any(place.is_live for place in places)
    held, used = (
        _standing(entries, Kind.HOLD, Kind.RELEASE),
        _standing(entries, Kind.USE, Kind.RETURN),
    )
    minutes = session.length_min
    if held and (any_debit or not any_live):
        _add(booking, Kind.RELEASE, held, now)
    if any_debit and not used:
        _add(booking, Kind.USE, -minutes, now)
    if used and not any_debit:
        _add(booking, Kind.RETURN, used, now)
        if any_live:  # a mark was corrected, and others still have their place ahead of them
            _add(booking, Kind.HOLD, -minutes, now)


def _per_session(booking: Booking) -> bool:
    return (
        booking.coaching_session.is_group
        and booking.rules.group_debit == BookingPolicy.GroupDebit.PER_SESSION
    )


def _standing(entries: HoursEntryQuerySet, *kinds: str) -> int:
    """Return the minutes that entries of these kinds (all if none is named) take away."""
    rows = entries.filter(kind__in=kinds) if kinds else entries
    return -(rows.order_by().aggregate(total=Sum("minutes"))["total"] or 0)


def _add(booking: Booking, kind: str, minutes: int, now: datetime) -> None:
    HoursEntry.objects.create(
        engagement_id=booking.engagement_id,
        kind=kind,
        minutes=minutes,
        coaching_session=booking.coaching_session,
        booking=booking,
        booking_rev=booking.rev,
        created_at=now,
    )
