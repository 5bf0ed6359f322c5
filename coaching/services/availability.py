"""Set a coach's hours. Nothing here moves or cancels a booking."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coaching.engine.hours import Rule
from coaching.models import (
    AvailabilityOverride,
    AvailabilityRule,
    AvailabilitySchedule,
    HolidayProposal,
)

if TYPE_CHECKING:
    from accounts.models import User


def lock_schedule(*, coach: User, zone: str | None = None) -> AvailabilitySchedule:
    """Return the coach's schedule, locked; make it in `zone`, else the coach's own."""
    schedule, created = AvailabilitySchedule.objects.select_for_update().get_or_create(
        coach=coach, defaults={"zone": zone or coach.time_zone}
    )
    if zone and not created and schedule.zone != zone:
        schedule.zone = zone
        schedule.save(update_fields=["zone", "updated_at"])
    return schedule


def check_zone(zone: str) -> None:
    """Refuse a name that is no zone.

    Raises:
        ValidationError: "invalid_zone".
    """
    if zone not in available_timezones():
        raise ValidationError(_("Choose a time zone of the list."), code="invalid_zone")


@transaction.atomic
def set_weekly_hours(*, coach: User, zone: str, hours: Sequence[Rule]) -> AvailabilitySchedule:
    """Replace the coach's weekly windows.

    Args:
        coach: whose hours these are.
        zone: IANA name of the zone the minutes are read in; bookings made before keep their instant.
        hours: windows in wall minutes since 00:00, up to 2880.

    Raises:
        ValidationError: "invalid_zone"; "ends_before_start"; "overlap": two windows of one weekday.
    """
    check_zone(zone)
    schedule = lock_schedule(coach=coach, zone=zone)
    rules = [AvailabilityRule(schedule=schedule, **hour._asdict()) for hour in hours]
    for rule in rules:
        rule.full_clean(exclude=["schedule"])
    _refuse_overlap(hours)
    schedule.rules.all().delete()
    AvailabilityRule.objects.bulk_create(rules)
    return schedule


def _refuse_overlap(hours: Sequence[Rule]) -> None:
    for index, one in enumerate(hours):
        for other in hours[index + 1 :]:
            if (
                one.weekday == other.weekday
                and one.start_min < other.end_min
                and other.start_min < one.end_min
                and (one.valid_to is None or (other.valid_from or date.min) <= one.valid_to)
                and (other.valid_to is None or (one.valid_from or date.min) <= other.valid_to)
            ):
                raise ValidationError(_("Two of these hours overlap."), code="overlap")


@transaction.atomic
def add_override(
    *,
    coach: User,
    day: date,
    kind: str,
    start_min: int | None = None,
    end_min: int | None = None,
) -> AvailabilityOverride:
    """Change the hours of one date. `replace` without times closes it.

    Raises:
        ValidationError: "ends_before_start", or an unknown kind.
    """
    override = AvailabilityOverride(
        schedule=lock_schedule(coach=coach),
        date=day,
        kind=kind,
        start_min=start_min,
        end_min=end_min,
    )
    override.full_clean(exclude=["schedule"])
    override.save()
    return override


@transaction.atomic
def remove_override(*, override: AvailabilityOverride) -> None:
    """Let the weekly hours hold again. A holiday that closed the day counts as dismissed."""
    HolidayProposal.objects.filter(override=override).update(
        state=HolidayProposal.State.DISMISSED, override=None, updated_at=timezone.now()
    )
    override.delete()
