"""How much of the assigned practice somebody did, week by week, for the one person they showed it to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING

from programs.engine.schedule import local_instant
from programs.engine.weeks import cohort_weeks
from programs.models import Share
from programs.reports.practice_weeks import load_practice
from programs.reports.timelines import load_timelines

if TYPE_CHECKING:
    from programs.models import Cohort


@dataclass(frozen=True)
class SharedPractice:
    reader: int  # key of the person it is shown to
    weeks: tuple[float, ...]  # share of assigned minutes, oldest first, of weeks that are over


def shared_practice(*, cohort: Cohort, at: datetime) -> dict[int, SharedPractice]:
    """Return by enrollment key what is shown now; nobody else's minutes are looked at.

    One query where nobody shares, else seven to nine, whatever the cohort's size.
    """
    readers = dict(
        Share.objects.of_practice()
        .filter(enrollment__cohort=cohort)
        .exclude(person=None)
        .values_list("enrollment", "person")
    )
    if not readers:
        return {}
    starts_at = local_instant(cohort.starts_on, time(), cohort.zone)
    weeks = cohort_weeks(
        starts_on=cohort.starts_on, ends_on=cohort.ends_on, zone=cohort.zone, at=at
    )
    book = load_practice(cohort=cohort, weeks=weeks)
    found = {}
    for one in load_timelines(cohort=cohort, starts_at=starts_at, at=at, known_at=None):
        reader = readers.get(one.learner.pk)
        if reader is None:
            continue
        shares = [
            book.of(one, week).share
            for week in weeks
            if week.ends_at <= at and one.is_current(week.starts_at)
        ]
        found[one.learner.pk] = SharedPractice(
            reader, tuple(share for share in shares if share is not None)
        )
    return found
