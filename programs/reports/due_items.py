"""When each required item falls due for each person: group dates and extensions put together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from programs.engine.states import is_overdue
from programs.reports.cohort_facts import Dates


@dataclass(frozen=True, slots=True)
class DueItems:
    """Of one person, or of all of a group who have no extension."""

    dues: tuple[tuple[datetime, int], ...]  # required items that have a date, by date
    due: int  # how many have come
    overdue: frozenset[int]  # those whose grace is over too, done or not

    @property
    def last(self) -> datetime | None:
        return self.dues[-1][0] if self.dues else None


class DueCalendar:
    """Works the dates out once per group, and once more for each person with an extension."""

    def __init__(
        self,
        *,
        required_modules: Mapping[int, int],
        dues: Dates,
        extensions: Mapping[int, Mapping[int, datetime]],
        grace: timedelta,
        at: datetime,
    ) -> None:
        self._required_modules = required_modules
        self._dues = dues
        self._extensions = extensions
        self._grace = grace
        self._at = at
        self._of_groups: dict[int | None, DueItems] = {}

    def of(self, enrollment: int, group: int | None) -> DueItems:
        extensions = self._extensions.get(enrollment, {})
        if extensions or enrollment in self._dues.own:
            return self._work_out(enrollment, group, extensions)
        if group not in self._of_groups:
            self._of_groups[group] = self._work_out(enrollment, group, {})
        return self._of_groups[group]

    def required_done(self, done: Mapping[int, datetime]) -> list[datetime]:
        """When each required item that is done was done."""
        return [when for item, when in done.items() if item in self._required_modules]

    def overdue_spans(
        self, own: DueItems, done: Mapping[int, datetime]
    ) -> list[tuple[datetime, datetime | None]]:
        """From when to before when each item was overdue; None: it still is."""
        return [
            (due + self._grace, done.get(item))
            for due, item in own.dues
            if item not in done or done[item] > due + self._grace
        ]

    def _work_out(
        self, enrollment: int, group: int | None, extensions: Mapping[int, datetime]
    ) -> DueItems:
        found: list[tuple[datetime, int]] = []
        for item, module in self._required_modules.items():
            due = self._dues.of(enrollment, group, module)
            later = extensions.get(item)
            if due and later:
                due = max(due, later)
            due = due or later
            if due:
                found.append((due, item))
        found.sort()
        return DueItems(
            dues=tuple(found),
            due=sum(due <= self._at for due, _item in found),
            overdue=frozenset(
                item for due, item in found if is_overdue(due=due, grace=self._grace, at=self._at)
            ),
        )
