"""The group sessions somebody may join, and how they stand in each. No other member is named."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from coaching.models import Booking, CoachingSession, SessionType, WaitlistEntry

if TYPE_CHECKING:
    from coaching.models.sessions import CoachingSessionQuerySet
    from programs.models import Enrollment


@dataclass(frozen=True)
class GroupPlace:
    """One group session, seen by one clinician."""

    session: CoachingSession
    booking: Booking | None  # a live place
    entry: WaitlistEntry | None  # waiting, or a place offered

    @property
    def state(self) -> str:
        """booked, offered, waiting, full or open."""
        if self.booking is not None:
            return "booked"
        if self.entry is not None:
            return str(self.entry.state)
        return "open" if self.session.places_left > 0 else "full"


def group_places(
    *, enrollment: Enrollment, sessions: CoachingSessionQuerySet, now: datetime
) -> list[GroupPlace]:
    """Return the coming group sessions of the cohort, earliest first; full ones too.

    Three queries, however many sessions.

    Args:
        sessions: those the person may see.
    """
    found = list(
        sessions.scheduled()
        .filter(
            cohort=enrollment.cohort_id,
            session_type__kind=SessionType.Kind.GROUP,
            span__startswith__gt=now,
        )
        .select_related("session_type", "coach")
        .order_by("span__startswith", "pk")
    )
    if not found:
        return []
    mine = {"clinician": enrollment.clinician_id, "coaching_session__in": found}
    booked = {b.coaching_session_id: b for b in Booking.objects.live().filter(**mine)}
    waits = {e.coaching_session_id: e for e in WaitlistEntry.objects.live().filter(**mine)}
    return [GroupPlace(s, booked.get(s.pk), _current(waits.get(s.pk), now)) for s in found]


def _current(entry: WaitlistEntry | None, now: datetime) -> WaitlistEntry | None:
    """An offer that has ended is nobody's any more, even before the next tick notes it."""
    if entry is None or entry.state == WaitlistEntry.State.WAITING:
        return entry
    return entry if entry.offer_expires_at and now < entry.offer_expires_at else None


def roster(*, session: CoachingSession) -> list[str]:
    """Return who comes, by name, if the session shows that to its members; else nobody."""
    if not session.shows_roster:
        return []
    places = session.bookings.live().select_related("clinician").order_by("clinician__name")
    return [str(place.clinician) for place in places]


@dataclass(frozen=True)
class PlannedGroup:
    """One group session for the practice: how many come, hold an offer, wait."""

    session: CoachingSession
    booked: int
    offered: int
    waiting: int


def planned_groups(*, sessions: CoachingSessionQuerySet) -> list[PlannedGroup]:
    """Return the group sessions among `sessions`, earliest first, counted in one query each."""
    found = list(
        sessions.filter(session_type__kind=SessionType.Kind.GROUP)
        .select_related("session_type", "coach")
        .order_by("span__startswith", "pk")
    )
    states = WaitlistEntry.objects.live().filter(coaching_session__in=found)
    counts = Counter(states.values_list("coaching_session", "state"))
    rows = []
    for session in found:
        offered = counts[session.pk, WaitlistEntry.State.OFFERED.value]
        waiting = counts[session.pk, WaitlistEntry.State.WAITING.value]
        rows.append(PlannedGroup(session, session.taken - offered, offered, waiting))
    return rows
