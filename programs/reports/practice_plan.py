"""The practice that a cohort is assigned, with the instants at which its modules open."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from programs.engine.practice_plan import Planned
from programs.models import Item, PracticeTrackChoice, ScheduleRow

if TYPE_CHECKING:
    from programs.models import Cohort, Enrollment


def practice_plan(cohort: Cohort) -> dict[int | None, list[Planned]]:
    """Assigned practice by group; None holds for people whose group has no dates of its own."""
    rows = ScheduleRow.objects.filter(cohort=cohort, kind=ScheduleRow.Kind.RELEASE)
    opens = {(row.group_id, row.module_id): row.at for row in rows}
    items = list(
        Item.objects.assigned_practice()
        .filter(module__version=cohort.version_id)
        .values_list("module_id", "minutes", "sittings", "home")
    )
    groups: set[int | None] = {None, *(group for group, _module in opens)}
    return {
        group: [
            Planned(_epoch(opens, group, module), minutes, sittings, home)
            for module, minutes, sittings, home in items
        ]
        for group in groups
    }


def track_choices(cohort: Cohort) -> dict[int, list[tuple[int, str]]]:
    """`(chosen_at, track)` of everybody who chose, by enrollment."""
    found: dict[int, list[tuple[int, str]]] = {}
    chosen = PracticeTrackChoice.objects.filter(enrollment__cohort=cohort)
    for enrollment, at, track in chosen.values_list("enrollment_id", "chosen_at", "track"):
        found.setdefault(enrollment, []).append((int(at.timestamp()), track))
    return found


def has_tracks(enrollment: Enrollment) -> bool:
    """Whether this program has home practice, so that there is a track to choose."""
    version = enrollment.cohort.version_id
    return Item.objects.filter(module__version=version, home__isnull=False).exists()


def _epoch(
    opens: dict[tuple[int | None, int], datetime | None], group: int | None, module: int
) -> int | None:
    at = opens.get((group, module)) or opens.get((None, module))
    return int(at.timestamp()) if at else None
