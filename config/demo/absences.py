"""Days on which coaches are elsewhere: holidays to answer, a leave with a clash, a journey."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import User
from coaching.models import CoachingSession, HolidayProposal
from coaching.services.holidays import accept_holiday, set_region
from coaching.services.leaves import add_leave
from coaching.services.travel import add_travel


def make_absences(*, consultants: list[User], now: datetime) -> None:
    """Made after the sessions: leave lists what is booked in it, and moves nothing."""
    maya, jonas, amara, *_ = consultants
    set_region(coach=maya, region="US-IL", now=now)
    first = HolidayProposal.objects.owned_by(maya).proposed().first()
    if first is not None:
        accept_holiday(proposal=first)
    set_region(coach=jonas, region="US-NY", now=now)
    planned = CoachingSession.objects.scheduled().filter(coach=maya)
    clash = planned.starting_between(now + timedelta(days=5), now + timedelta(days=60)).first()
    at = clash.starts_at if clash else now + timedelta(days=20)
    day = at.astimezone(maya.zone).date()
    add_leave(coach=maya, first=day, last=day + timedelta(days=1))
    day = now.astimezone(amara.zone).date() + timedelta(days=10)
    add_travel(coach=amara, first=day, last=day + timedelta(days=4), zone="America/New_York")
