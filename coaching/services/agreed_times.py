"""Sessions whose agreed wall time a new time zone table has moved. Nothing moves by itself.

A session is an instant, and remembers the wall time, zone and table it was agreed in. When a country
changes its clocks, that instant may show another time. The coach sees which, and chooses: move the
session back to the agreed time (a move like any other), or agree on the time it shows now.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import tzdata  # type: ignore[import-untyped]
from django.db import transaction

from coaching.engine.wall_clock import from_epoch, resolve_point
from coaching.models import Booking, CoachingSession
from coaching.services.bookings import move
from coaching.services.refusals import refuse
from coaching.services.sessions import lock_session

if TYPE_CHECKING:
    from accounts.models import User


class AgreedTime(NamedTuple):
    """What was agreed, what the session's instant shows now, and when the agreed time would be."""

    session: CoachingSession
    agreed: datetime  # wall time, without a zone
    shown: datetime  # in the zone it was agreed in
    agreed_at: datetime  # the instant to move to, UTC

    @property
    def zone(self) -> str:
        return self.session.wall_zone

    @property
    def shown_wall(self) -> datetime:
        """What the clock of that zone shows, without a zone: as `agreed`."""
        return self.shown.replace(tzinfo=None)


def changed_agreed_times(*, now: datetime, coach: User | None = None) -> list[AgreedTime]:
    """Return future sessions that no longer show the agreed wall time, earliest first.

    Args:
        now: aware.
        coach: only hers; everybody's if left out.
    """
    planned = (
        CoachingSession.objects.scheduled()
        .filter(span__startswith__gt=now)
        .exclude(tzdb_version=tzdata.IANA_VERSION)
        .exclude(wall_start="")
        .select_related("session_type", "coach", "cohort")
        .order_by("span__startswith", "pk")
    )
    if coach is not None:
        planned = planned.filter(coach=coach)
    found = (_compare(session) for session in planned.iterator())
    return [row for row in found if row.shown_wall != row.agreed]


def _compare(session: CoachingSession) -> AgreedTime:
    zone = ZoneInfo(session.wall_zone)
    agreed = datetime.fromisoformat(session.wall_start)
    minute = agreed.hour * 60 + agreed.minute
    shown = session.starts_at.astimezone(zone)
    return AgreedTime(
        session, agreed, shown, from_epoch(resolve_point(agreed.date(), minute, zone))
    )


def keep_agreed_time(
    *, actor: User, session: CoachingSession, idem_key: UUID, now: datetime
) -> Booking:
    """Move a 1:1 to where the agreed wall time lies now: a move like any other, with its mails.

    Args:
        actor: the coach or the practice.
        idem_key: made once per form shown.

    Raises:
        ValidationError: as for `move`; "not_live": nobody is booked in it.
    """
    booking = Booking.objects.live().filter(coaching_session=session).first()
    if booking is None or session.is_group:
        raise refuse("not_live")
    start = _compare(session).agreed_at
    return move(
        actor=actor,
        booking=booking,
        start=start,
        reason="agreed_time",
        expected_rev=booking.rev,
        idem_key=idem_key,
        now=now,
    )


@transaction.atomic
def agree_on_shown_time(*, session: CoachingSession) -> CoachingSession:
    """Note that the instant stays, and with it the time it shows now. No entry changes, no mail."""
    locked = lock_session(session_id=session.pk)
    shown = locked.starts_at.astimezone(ZoneInfo(locked.wall_zone))
    locked.wall_start = f"{shown:%Y-%m-%dT%H:%M}"
    locked.tzdb_version = tzdata.IANA_VERSION
    locked.save(update_fields=["wall_start", "tzdb_version", "updated_at"])
    return locked
