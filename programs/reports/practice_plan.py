"""The practice that a cohort is assigned, with the instants at which its modules open."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from programs.engine.practice_plan import Planned
from programs.models import Enrollment, Item, PracticeTrackChoice, ScheduleRow

if TYPE_CHECKING:
    from programs.models import Cohort
    from programs.reports.learning import ModuleStep


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


def track_lines(enrollment: Enrollment, module: ModuleStep) -> list[dict[str, Any]]:
    """The tracks of this module's home practice with their minutes a day; empty without any."""
    homes = [step.item.home for step in module.items if step.item.home]
    return [
        {
            "key": track.value,
            "label": track.label,
            "minutes": sum(home[track.value] for home in homes),
            "chosen": enrollment.practice_track == track,
        }
        for track in Enrollment.Track
        if homes
    ]


def _epoch(
    opens: dict[tuple[int | None, int], datetime | None], group: int | None, module: int
) -> int | None:
    at = opens.get((group, module)) or opens.get((None, module))
    return int(at.timestamp()) if at else None
