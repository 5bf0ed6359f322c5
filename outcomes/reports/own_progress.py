"""A clinician's own progress: steps, weeks, minutes, sessions. Nobody else's page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from coaching.models import Booking
from programs.models import Enrollment, PracticeLog, Share
from programs.reports.learning import ModuleStep, module_path

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User


@dataclass(frozen=True)
class OwnProgress:
    enrollment: Enrollment
    path: list[ModuleStep]
    weeks_practiced: int  # weeks with any practice: a number that cannot be lost
    weeks: int  # of the calendar, from the cohort's start; more if practice went on after its end
    minutes_practiced: int
    minutes_shown_to: User | None  # the coach to whom they opened their minutes
    sessions_attended: int

    @property
    def done(self) -> int:
        return sum(module.done_count for module in self.path)

    @property
    def required(self) -> int:
        return sum(len(module.required) for module in self.path)

    @property
    def steps(self) -> list[dict[str, Any]]:
        """Return the modules for <c-progress-path>."""
        now_at = next((m for m in self.path if m.is_open and not m.is_done), None)
        return [
            {
                "label": module.module.title,
                "state": "done" if module.is_done else "now" if module is now_at else "next",
                "url": module.url if module.is_open else "",
                "detail": _("%(done)d of %(all)d")
                % {"done": module.done_count, "all": len(module.required)},
            }
            for module in self.path
        ]


def own_progress(*, user: User, now: datetime) -> list[OwnProgress]:
    """Return the progress of each of the user's enrollments, newest first."""
    enrollments = (
        Enrollment.objects.owned_by(user)
        .accepted()
        .filter(voided_at=None)
        .select_related("cohort__version__program")
        .defer("cohort__version__content")
        .order_by("-accepted_at")
    )
    return [_one(enrollment, now) for enrollment in enrollments]


def _one(enrollment: Enrollment, now: datetime) -> OwnProgress:
    logs = PracticeLog.objects.filter(enrollment=enrollment).standing()
    starts = logs.values_list("started_at", flat=True)
    weeks = {start.astimezone(enrollment.cohort.zone).isocalendar()[:2] for start in starts}
    today = now.astimezone(enrollment.cohort.zone).date()
    first, last = enrollment.cohort.starts_on, min(today, enrollment.cohort.ends_on)
    # Practice counts by calendar weeks, and so do these: a start on a Friday begins its week.
    gone_by = (last - timedelta(days=last.weekday())) - (first - timedelta(days=first.weekday()))
    attended = Booking.objects.filter(
        enrollment=enrollment, state=Booking.State.ATTENDED
    ).aggregate(count=Count("pk"))
    share = (
        Share.objects.of_practice().filter(enrollment=enrollment).select_related("person").first()
    )
    return OwnProgress(
        enrollment=enrollment,
        path=module_path(enrollment, now),
        weeks_practiced=len(weeks),
        weeks=max(1, gone_by.days // 7 + 1, len(weeks)),
        minutes_practiced=logs.aggregate(total=Sum("minutes"))["total"] or 0,
        minutes_shown_to=share.person if share else None,
        sessions_attended=attended["count"],
    )
