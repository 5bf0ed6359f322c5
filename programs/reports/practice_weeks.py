"""Minutes of practice that each week assigned and saw, learner by learner.

A learner's own minutes are shown to nobody unless they shared their log: pages use group figures,
and ask `sharing` who did before they name anybody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from programs.engine.adherence import PracticeWeek
from programs.engine.practice_plan import Planned, assigned_by_week
from programs.engine.weeks import Week
from programs.models import Item, PracticeTrackChoice, ScheduleRow
from programs.reports.cohort_facts import Dates, dates_of

if TYPE_CHECKING:
    from programs.models import Cohort
    from programs.reports.timelines import Timeline


class PracticeBook:
    """What is assigned follows the learner's group and track; worked out once for each pair."""

    def __init__(
        self,
        *,
        weeks: Sequence[Week],
        items: Sequence[tuple[int, int, int, Mapping[str, int] | None]],
        releases: Dates,
        choices: Mapping[int, Sequence[tuple[int, str]]],
    ) -> None:
        self._weeks = weeks
        self._items = items
        self._releases = releases
        self._choices = choices
        self._assigned: dict[object, list[int]] = {}

    def of(self, timeline: Timeline, week: Week) -> PracticeWeek:
        timer, told = timeline.practiced(week.starts_at, week.ends_at)
        assigned = self.assigned(timeline.learner.pk, timeline.learner.group_id)
        return PracticeWeek(assigned[week.number - 1], timer, told)

    def assigned(self, enrollment: int, group: int | None) -> list[int]:
        """Minutes of each week."""
        choices = tuple(self._choices.get(enrollment, ()))
        key = (group, choices, enrollment if enrollment in self._releases.own else None)
        if key not in self._assigned:
            planned = [
                Planned(
                    opens_at=_epoch(self._releases.of(enrollment, group, module)),
                    minutes=minutes,
                    sittings=sittings,
                    home=home,
                )
                for module, minutes, sittings, home in self._items
            ]
            spans = [(_whole(week.starts_at), _whole(week.ends_at)) for week in self._weeks]
            self._assigned[key] = assigned_by_week(planned, choices, spans)
        return self._assigned[key]


def load_practice(*, cohort: Cohort, weeks: Sequence[Week]) -> PracticeBook:
    """Read what the cohort's program assigns: three queries."""
    choices: dict[int, list[tuple[int, str]]] = {}
    made = PracticeTrackChoice.objects.filter(enrollment__cohort=cohort).order_by("chosen_at", "pk")
    for enrollment, chosen_at, track in made.values_list("enrollment_id", "chosen_at", "track"):
        choices.setdefault(enrollment, []).append((_whole(chosen_at), track))
    items = (
        Item.objects.assigned_practice()
        .filter(module__version=cohort.version_id)
        .values_list("module_id", "minutes", "sittings", "home")
    )
    return PracticeBook(
        weeks=weeks,
        items=list(items),
        releases=dates_of(cohort, ScheduleRow.Kind.RELEASE),
        choices=choices,
    )


def _whole(at: datetime) -> int:
    return int(at.timestamp())


def _epoch(at: datetime | None) -> int | None:
    return None if at is None else _whole(at)
