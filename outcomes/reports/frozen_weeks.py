"""The weeks of a cohort as its organization first saw them.

A week that is over is never told anew: somebody taken off the list or an entry that arrives late
would change a figure of the same week by one person, and so give that person away.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models.fields.json import KeyTransform

from programs.engine.schedule import local_instant
from programs.models import Cohort, CohortSnapshot

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

Week = Mapping[str, Any]


def frozen_weeks(*, cohort: Cohort, snapshot: CohortSnapshot) -> list[Week]:
    """Return the weeks of `snapshot`, those over as the first night after them told. Two queries.

    A week whose beginning was moved is another week: it is told as it is now.
    """
    weeks: list[Week] = snapshot.aggregates.get("weeks", [])
    nights = list(
        CohortSnapshot.objects.filter(cohort=cohort, at__lte=snapshot.at)
        .order_by("at")
        .values_list("pk", "at")
    )
    ends = [_end_of(week, cohort.zone) for week in weeks if week["is_over"]]
    wanted = {next(pk for pk, at in nights if at >= end) for end in ends}
    first_told: dict[tuple[int, str], Week] = {}
    for told in (
        CohortSnapshot.objects.filter(pk__in=wanted)
        .order_by("at")
        .values_list(KeyTransform("weeks", "aggregates"), flat=True)
    ):
        for week in told or []:
            if week["is_over"]:
                first_told.setdefault((week["number"], week["starts_at"]), week)
    return [first_told.get((week["number"], week["starts_at"]), week) for week in weeks]


def _end_of(week: Week, zone: ZoneInfo) -> datetime:
    first_day = datetime.fromisoformat(week["starts_at"]).astimezone(zone).date()
    return local_instant(first_day + timedelta(days=7), time(), zone)
