"""A coach's own week."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import AuthenticatedRequest, consultant_only
from coaching.services.agreed_times import changed_agreed_times
from coaching.services.week_calendars import week_calendar_of


@require_safe
@consultant_only
def week_calendar(request: AuthenticatedRequest) -> HttpResponse:
    """The week that holds `?week=` (a date), as a grid; as a list on a phone or by `?view=list`."""
    now = timezone.now()
    today = now.astimezone(request.user.zone).date()
    calendar = week_calendar_of(
        coach=request.user, day=_date(request.GET.get("week", "")) or today, now=now
    )
    context = {
        "calendar": calendar,
        "today": today,
        "is_this_week": calendar.monday <= today <= calendar.last_day,
        "as_list": request.GET.get("view") == "list",
        "changed_times": len(changed_agreed_times(now=now, coach=request.user)),
    }
    return render(request, "coaching/week_calendar.html", context)


def _date(text: str) -> date | None:
    """A date of a year that has weeks before and after it."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 1971 <= found.year <= 2200 else None
