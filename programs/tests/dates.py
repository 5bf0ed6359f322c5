"""A date, closed days and a group of a cohort, for the addresses of their pages."""

from __future__ import annotations

from datetime import date
from typing import Any

from programs.models import BlackoutDate, Cohort, CohortGroup, ScheduleRow


def schedule_arguments(cohort: Cohort) -> dict[str, Any]:
    """Make one object for each argument of the addresses of dates; argument -> public id."""
    row = ScheduleRow.objects.create(
        cohort=cohort,
        module=cohort.version.modules.first(),
        kind=ScheduleRow.Kind.RELEASE,
        anchor="session:none-planned",
    )
    day = date(2031, 1, 1)
    blackout = BlackoutDate.objects.create(cohort=cohort, first_day=day, last_day=day)
    group = CohortGroup.objects.create(cohort=cohort, name="Nights")
    return {
        "row_id": row.public_id,
        "blackout_id": blackout.public_id,
        "small_group_id": group.public_id,
        "version_id": cohort.version.public_id,
    }
