"""Propose public holidays to a coach, who closes each day or leaves it as it is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from coaching.engine.public_holidays import holidays_between, is_region
from coaching.models import AvailabilityOverride, AvailabilitySchedule, HolidayProposal
from coaching.services.availability import lock_schedule

if TYPE_CHECKING:
    from accounts.models import User

_AHEAD = timedelta(days=425)  # fourteen months
_State = HolidayProposal.State


@transaction.atomic
def set_region(*, coach: User, region: str, now: datetime) -> AvailabilitySchedule:
    """Choose whose public holidays are proposed, and propose them. Days already closed stay closed.

    Args:
        coach: whose hours these are.
        region: a country or a region of one, as "US-IL"; empty: none.
        now: aware.

    Raises:
        ValidationError: "invalid_region".
    """
    if region and not is_region(region):
        raise ValidationError(_("Choose a region of the list."), code="invalid_region")
    schedule = lock_schedule(coach=coach)
    schedule.region = region
    schedule.save(update_fields=["region", "updated_at"])
    schedule.holiday_proposals.exclude(region=region).exclude(state=_State.ACCEPTED).delete()
    propose_holidays(schedule=schedule, now=now)
    return schedule


@transaction.atomic
def propose_holidays(*, schedule: AvailabilitySchedule, now: datetime) -> int:
    """Propose what is new in the fourteen months from today; return how many. Again: none.

    What the coach has answered stays answered. Proposals that are no holidays any more, or over
    without an answer, go.
    """
    schedule = AvailabilitySchedule.objects.select_for_update().get(pk=schedule.pk)
    today = now.astimezone(ZoneInfo(schedule.zone)).date()
    last = today + _AHEAD
    found = dict(holidays_between(schedule.region, today, last)) if schedule.region else {}
    stale = schedule.holiday_proposals.proposed().exclude(date__in=found)
    stale.filter(date__lte=last).delete()
    known = set(schedule.holiday_proposals.values_list("date", flat=True))
    made = [
        HolidayProposal(schedule=schedule, date=day, name=name[:200], region=schedule.region)
        for day, name in found.items()
        if day not in known
    ]
    HolidayProposal.objects.bulk_create(made)
    return len(made)


def propose_all_holidays(*, now: datetime) -> int:
    """Bring every coach's proposals up to date; return how many are new."""
    schedules = AvailabilitySchedule.objects.exclude(region="").order_by("pk")
    return sum(propose_holidays(schedule=schedule, now=now) for schedule in schedules)


def accept_holiday(*, proposal: HolidayProposal) -> HolidayProposal:
    """Close the day. Booked sessions stay."""
    return _answer(proposal, _State.ACCEPTED)


def dismiss_holiday(*, proposal: HolidayProposal) -> HolidayProposal:
    """Leave the day as the weekly hours say; a day closed before opens again."""
    return _answer(proposal, _State.DISMISSED)


def undo_holiday(*, proposal: HolidayProposal) -> HolidayProposal:
    """Take either answer back: it is proposed again."""
    return _answer(proposal, _State.PROPOSED)


@transaction.atomic
def _answer(proposal: HolidayProposal, state: str) -> HolidayProposal:
    proposal = (
        HolidayProposal.objects.select_for_update(of=("self",))
        .select_related("override")
        .get(pk=proposal.pk)
    )
    if proposal.state == state:
        return proposal
    closing, proposal.override = proposal.override, None
    proposal.state = state
    if state == _State.ACCEPTED:
        proposal.override = AvailabilityOverride.objects.create(
            schedule_id=proposal.schedule_id,
            date=proposal.date,
            kind=AvailabilityOverride.Kind.REPLACE,
        )
    proposal.save(update_fields=["state", "override", "updated_at"])
    if closing is not None:
        closing.delete()
    return proposal
