"""When an organization's admins are asked to look: chosen by who manages it, owed by the clock."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.models import Organization
from notifications.services.messages import owe
from outcomes.engine.report_days import report_days
from outcomes.models import ReportSchedule
from outcomes.notices.releases import readers_of
from outcomes.notices.report_schedules import LOOK

if TYPE_CHECKING:
    from accounts.models import User

AT = time(8)  # by the organization's clock
AHEAD = timedelta(hours=23)  # what comes later is owed by a later tick
LATE = timedelta(days=3)  # after an outage; later it is not worth a mail


@transaction.atomic
def set_report_schedule(
    *, organization: Organization, every: str, by: User, now: datetime
) -> ReportSchedule | None:
    """Choose how often, or never with ""; the same again changes nothing.

    Raises:
        ValidationError: `every` is none of the choices.
    """
    Organization.objects.select_for_update(of=("self",)).get(pk=organization.pk)
    standing = ReportSchedule.objects.filter(organization=organization).first()
    if (standing.every if standing else "") == every:
        return standing
    if standing:
        standing.delete()  # what it still owes is no longer current
    if not every:
        return None
    schedule = ReportSchedule(organization=organization, every=every, chosen_by=by, chosen_at=now)
    schedule.full_clean()
    schedule.save()
    return schedule


def next_report_at(schedule: ReportSchedule, *, after: datetime) -> datetime:
    """Return the first instant after `after` at which its mail is due."""
    return next(at for at in _due(schedule, after) if at > after)


@transaction.atomic
def owe_looks(*, now: datetime) -> None:
    """Owe the mails of the next day, and of the last ones that an outage kept; twice is once."""
    for schedule in ReportSchedule.objects.select_related("organization"):
        for at in _due(schedule, now):
            if at > schedule.chosen_at and at - AHEAD <= now <= at + LATE:
                _owe(schedule, at, now)


def _due(schedule: ReportSchedule, now: datetime) -> list[datetime]:
    zone = ZoneInfo(schedule.organization.time_zone)
    today = now.astimezone(zone).date()
    days = report_days(every=schedule.every, around=today - LATE)
    return [datetime.combine(day, AT, zone) for day in days]


def _owe(schedule: ReportSchedule, at: datetime, now: datetime) -> None:
    for person in readers_of(schedule.organization_id):
        owe(
            kind=LOOK,
            subject=schedule,
            recipient=person,
            rule=f"{at:%Y-%m}",
            due_at=max(at, now),
            not_after=at + 2 * LATE,
            now=now,
        )
