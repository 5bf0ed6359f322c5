"""A learner's own practice: entries, weeks that cannot be lost. And the minutes that a coach was shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Sum

from programs.models import Item, PracticeLog, Share
from programs.reports.learning import module_path

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from programs.models import Enrollment

SHOWN = 60


@dataclass(frozen=True)
class OwnPractice:
    logs: list[PracticeLog]
    weeks: int  # with any practice: a number that only grows
    minutes: int
    items: list[Item]  # open practices one can log for
    usual: Item | None
    share: Share | None


def own_practice(*, enrollment: Enrollment, now: datetime) -> OwnPractice:
    """Everything the page of the practice log shows to its owner."""
    logs = list(
        PracticeLog.objects.filter(enrollment=enrollment)
        .standing()
        .select_related("item")
        .order_by("-started_at", "-pk")
    )
    open_steps = [
        step
        for module in module_path(enrollment, now)
        for step in module.items
        if step.item.kind == Item.Kind.PRACTICE and step.is_open
    ]
    items = [step.item for step in open_steps]
    last = next((log.item for log in logs if log.item in items), None)
    undone = next((step.item for step in open_steps if not step.is_done), None)
    return OwnPractice(
        logs=logs[:SHOWN],
        weeks=weeks_practiced(enrollment, logs),
        minutes=sum(log.minutes for log in logs),
        items=items,
        usual=undone or last or (items[-1] if items else None),
        share=Share.objects.of_practice().filter(enrollment=enrollment).first(),
    )


def weeks_practiced(enrollment: Enrollment, logs: list[PracticeLog]) -> int:
    zone = enrollment.cohort.zone
    return len({log.started_at.astimezone(zone).isocalendar()[:2] for log in logs})


@dataclass(frozen=True)
class SharedMinutes:
    last_week: int
    total: int


def minutes_shown_to(*, user: User, enrollment: Enrollment, now: datetime) -> SharedMinutes | None:
    """Minutes of `enrollment` if its learner shares them with `user` now; else None."""
    if not Share.objects.of_practice().filter(enrollment=enrollment, person=user).exists():
        return None
    logs = PracticeLog.objects.filter(enrollment=enrollment).standing()
    recent = logs.filter(started_at__gt=now - timedelta(days=7))
    return SharedMinutes(
        last_week=recent.aggregate(n=Sum("minutes"))["n"] or 0,
        total=logs.aggregate(n=Sum("minutes"))["n"] or 0,
    )
