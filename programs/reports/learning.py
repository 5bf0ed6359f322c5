"""What a learner's pages show: the path through the modules and the one next step.

Whether something is open is decided here, when it is read; no job unlocks anything.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from programs.models import Item, ItemState, Module, ScheduleRow
from programs.reports.safety import SCREENING, hold_of
from programs.reports.texts import reword_modules, reword_titles

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from uuid import UUID

    from programs.models import Enrollment


@dataclass(frozen=True)
class ItemStep:
    """One item as its learner sees it. `minutes_left` is 0 when done."""

    item: Item
    url: str
    is_open: bool
    is_done: bool
    is_started: bool
    minutes_left: int
    waits_for: tuple[str, ...]  # titles of items to do first
    position: dict[str, Any]


@dataclass(frozen=True)
class ModuleStep:
    """One module. `opens_at` is None while its date depends on a session not yet planned."""

    module: Module
    url: str
    opens_at: datetime | None
    due_at: datetime | None
    is_open: bool
    items: tuple[ItemStep, ...]
    hold: str = ""  # what a safe program still lacks: reports/safety.py
    before: NextStep | None = None  # what is read before it opens

    @property
    def required(self) -> tuple[ItemStep, ...]:
        return tuple(step for step in self.items if step.item.required)

    @property
    def done_count(self) -> int:
        return sum(step.is_done for step in self.required)

    @property
    def is_done(self) -> bool:
        return self.done_count == len(self.required)

    @property
    def minutes_left(self) -> int:
        return sum(step.minutes_left for step in self.required)


@dataclass(frozen=True)
class NextStep:
    """Where "Continue" leads. `resume` is true if the item was begun; minutes are of the item."""

    title: str
    url: str
    minutes_left: int
    resume: bool
    module_title: str
    kind: str


def module_path(enrollment: Enrollment, now: datetime) -> list[ModuleStep]:
    """Every module of the pinned version with its items: four queries, whatever their number (two more
    while people read the text of a patch)."""
    modules = list(Module.objects.filter(version=enrollment.cohort.version_id).order_by("position"))
    reword_modules(enrollment.cohort, modules)
    items: dict[int, list[Item]] = {module.pk: [] for module in modules}
    for item in Item.objects.filter(module__in=modules).defer("body").order_by("position"):
        items[item.module_id].append(item)
    reword_titles(enrollment.cohort, [item for listed in items.values() for item in listed])
    states = {state.item_id: state for state in enrollment.item_states.all()}
    dates = _dates(enrollment)
    hold = hold_of(enrollment, now)
    path = [
        _module_step(enrollment, module, items[module.pk], states, dates, now, hold)
        for module in modules
    ]
    if hold == SCREENING and path:
        path[0] = replace(path[0], before=_screening_step(enrollment, modules[0]))
    return path


def next_step(enrollment: Enrollment, now: datetime) -> NextStep | None:
    """The first open undone required item, else such an optional one; None if all is done."""
    return next_in(module_path(enrollment, now))


def next_in(path: Iterable[ModuleStep]) -> NextStep | None:
    """`next_step` of a path that has been read already."""
    path = list(path)
    if first := next((module.before for module in path if module.before), None):
        return first
    # A live session has its own date: nobody can "continue" it.
    ready = [
        (module, step)
        for module in path
        for step in module.items
        if step.is_open and not step.is_done and step.item.kind != Item.Kind.LIVE
    ]
    ready.sort(key=lambda pair: not pair[1].item.required)  # stable: required ones first
    for module, step in ready:
        return NextStep(
            title=step.item.title,
            url=step.url,
            minutes_left=step.minutes_left,
            resume=step.is_started,
            module_title=module.module.title,
            kind=step.item.kind,
        )
    return None


def find_step(path: Iterable[ModuleStep], item_id: UUID) -> tuple[ModuleStep, ItemStep] | None:
    """The step of the item with `public_id` `item_id`, and its module."""
    for module in path:
        for step in module.items:
            if step.item.public_id == item_id:
                return module, step
    return None


def short_steps(path: Iterable[ModuleStep], minutes: int) -> list[ItemStep]:
    """Open undone items that fit into `minutes`."""
    return [
        step
        for module in path
        for step in module.items
        if step.is_open
        and not step.is_done
        and step.item.kind != Item.Kind.LIVE
        and step.minutes_left <= minutes
    ]


def holding_rows(enrollment: Enrollment) -> dict[tuple[int, str], ScheduleRow]:
    """The rows that hold for one learner: the own before the group's before everybody's."""
    rows = sorted(ScheduleRow.objects.for_enrollment(enrollment), key=lambda row: row.rank)
    return {(row.module_id, row.kind): row for row in rows}


def _dates(enrollment: Enrollment) -> dict[tuple[int, str], datetime | None]:
    return {key: row.at for key, row in holding_rows(enrollment).items()}


def _module_step(
    enrollment: Enrollment,
    module: Module,
    items: list[Item],
    states: Mapping[int, ItemState],
    dates: Mapping[tuple[int, str], datetime | None],
    now: datetime,
    hold: str,
) -> ModuleStep:
    opens_at = dates.get((module.pk, ScheduleRow.Kind.RELEASE))
    everything = enrollment.cohort.everything_open_at
    is_open = (opens_at is not None and opens_at <= now) or (
        everything is not None and everything <= now
    )
    is_open = is_open and not hold
    done = {item.key for item in items if (state := states.get(item.pk)) and state.done_at}
    titles = {item.key: item.title for item in items}
    steps = []
    for item in items:
        state = states.get(item.pk)
        missing = [key for key in item.requires if key not in done]
        # What was done stays readable, whatever the dates say later.
        is_done = item.key in done
        steps.append(
            ItemStep(
                item=item,
                url=reverse("programs:item_detail", args=[enrollment.public_id, item.public_id]),
                is_open=is_done or (is_open and not missing),
                is_done=is_done,
                is_started=bool(state and state.started_at),
                minutes_left=0 if is_done else _minutes_left(item, state),
                waits_for=tuple(titles.get(key, key) for key in missing),
                position=state.position if state else {},
            )
        )
    return ModuleStep(
        module=module,
        url=reverse("programs:module_detail", args=[enrollment.public_id, module.public_id]),
        opens_at=opens_at,
        due_at=dates.get((module.pk, ScheduleRow.Kind.DUE)),
        is_open=is_open,
        items=tuple(steps),
        hold=hold,
    )


def _screening_step(enrollment: Enrollment, module: Module) -> NextStep:
    safety = enrollment.cohort.version.safety or {}
    return NextStep(
        title=safety["title"],
        url=reverse("programs:safety_screening", args=[enrollment.public_id]),
        minutes_left=3,
        resume=False,
        module_title=module.title,
        kind=Item.Kind.READING,
    )


def _minutes_left(item: Item, state: ItemState | None) -> int:
    """Of an item in steps, the share of those not yet reached; at least a minute."""
    position: dict[str, Any] = state.position if state else {}
    step, steps = position.get("step"), position.get("of")
    if not step or not steps:
        return item.minutes
    return max(1, ceil(item.minutes * (steps - step + 1) / steps))
