"""Put meetings in the calendar, move them, end them. Called inside a booking transaction."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import tzdata  # type: ignore[import-untyped]
from django.db.models import F
from psycopg.types.range import TimestamptzRange

from coaching.models import CoachingSession, SessionType
from coaching.services.refusals import refuse
from coaching.services.time_claims import claim_time, move_claims, release_claims

if TYPE_CHECKING:
    from accounts.models import User
    from programs.models import Cohort, LiveSlot


def _wall(start: datetime, zone: str) -> str:
    return f"{start.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}"


def schedule(
    *,
    session_type: SessionType,
    coach: User,
    cohort: Cohort | None,
    start: datetime,
    wall_zone: str,
    created_by: User,
    end: datetime | None = None,
    capacity: int | None = None,
    taken: int = 0,
    live_slot: LiveSlot | None = None,
    location: str = "",
    claim: bool = True,
) -> CoachingSession:
    """Create a session and claim its coach's time, buffers included; people are locked by the caller.

    The place is fixed here and survives a move.

    Args:
        wall_zone: the zone in which the wall time was agreed: the coach's.
        end: the type's length after `start` if left out.
        capacity: the type's if left out.
        taken: places taken at once (1 for a 1:1).
        claim: False if the caller claims the coach's time together with the clinician's.
    """
    end = end or start + timedelta(minutes=session_type.length_min)
    place = location or session_type.location
    coaching_session = CoachingSession(
        session_type=session_type,
        coach=coach,
        cohort=cohort,
        live_slot=live_slot,
        span=TimestamptzRange(start, end),
        wall_start=_wall(start, wall_zone),
        wall_zone=wall_zone,
        tzdb_version=tzdata.IANA_VERSION,
        capacity=session_type.capacity if capacity is None else capacity,
        taken=taken,
        location=place.replace("{key}", secrets.token_hex(8)),
        created_by=created_by,
    )
    # Relations were just read and locked, and the constraints are the database's to check.
    coaching_session.clean_fields(
        exclude=["session_type", "coach", "cohort", "live_slot", "created_by"]
    )
    coaching_session.save(force_insert=True)
    if claim:
        claim_time(coaching_session=coaching_session)
    return coaching_session


def lock_session(*, session_id: int) -> CoachingSession:
    """Lock and re-read a session with its type, coach and cohort."""
    related = CoachingSession.objects.select_related("session_type", "coach", "cohort")
    return related.select_for_update(of=("self",), no_key=True).get(pk=session_id)


def reschedule(*, coaching_session: CoachingSession, start: datetime) -> None:
    """Move a locked session and every live claim of it; raise its revision and SEQUENCE."""
    length = coaching_session.ends_at - coaching_session.starts_at
    coaching_session.span = TimestamptzRange(start, start + length)
    coaching_session.wall_start = _wall(start, coaching_session.wall_zone)
    coaching_session.tzdb_version = tzdata.IANA_VERSION
    coaching_session.rev += 1
    coaching_session.ics_seq += 1
    coaching_session.save(
        update_fields=[
            "span",
            "wall_start",
            "tzdb_version",
            "rev",
            "ics_seq",
            "updated_at",
        ]
    )
    move_claims(coaching_session=coaching_session)


def close(*, coaching_session: CoachingSession, status: str) -> None:
    """End a locked session. A canceled one frees its people and raises SEQUENCE for the CANCEL."""
    coaching_session.status = status
    coaching_session.rev += 1
    if status == CoachingSession.Status.CANCELLED:
        coaching_session.ics_seq += 1
        release_claims(coaching_session=coaching_session)
    coaching_session.save(update_fields=["status", "rev", "ics_seq", "updated_at"])


def restore(*, coaching_session: CoachingSession) -> None:
    """Note that a session took place after all, and somebody sat in it: a correction afterwards.

    The time claims stay ended: others may have used the time.

    Raises:
        ValidationError: "full": the place was taken by somebody else.
    """
    if coaching_session.taken >= coaching_session.capacity:
        raise refuse("full")
    coaching_session.taken += 1
    coaching_session.status = CoachingSession.Status.HELD
    coaching_session.rev += 1
    coaching_session.save(update_fields=["taken", "status", "rev", "updated_at"])


def take_seat(*, coaching_session: CoachingSession) -> None:
    """Take one place of a session: the counter is guarded in the statement itself.

    Raises:
        ValidationError: "full": no place is left.
    """
    taken = CoachingSession.objects.filter(
        pk=coaching_session.pk, taken__lt=F("capacity"), status=CoachingSession.Status.SCHEDULED
    ).update(taken=F("taken") + 1)
    if not taken:
        raise refuse("full")
    coaching_session.taken += 1


def free_seat(*, coaching_session: CoachingSession) -> None:
    """Give one place back."""
    CoachingSession.objects.filter(pk=coaching_session.pk, taken__gt=0).update(taken=F("taken") - 1)
    coaching_session.taken -= 1
