"""Read a coach's hours on another clock for some days. Booked sessions keep their instant."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction

from coaching.models import TravelZone
from coaching.services.availability import check_zone, lock_schedule

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def add_travel(*, coach: User, first: date, last: date, zone: str) -> TravelZone:
    """Read the hours that begin on these dates in `zone`.

    Args:
        coach: who travels.
        first: the first such date, on the clock of `zone`.
        last: the last one, included.
        zone: IANA name.

    Raises:
        ValidationError: "invalid_zone"; "ends_before_start"; "overlap": a date has another zone.
    """
    check_zone(zone)
    travel = TravelZone(schedule=lock_schedule(coach=coach), first=first, last=last, zone=zone)
    travel.full_clean()
    travel.save()
    return travel


def remove_travel(*, travel: TravelZone) -> None:
    """Read the hours of these dates at home again."""
    travel.delete()
