"""The choices of a slot field, worded for a person: by day, then by part of the day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.forms import BoundField
from django.utils import timezone
from django.utils.translation import gettext


@dataclass(frozen=True)
class SlotChoice:
    value: str
    starts_at: datetime  # in the viewer's zone
    is_checked: bool
    zone: str = ""  # named only where the day has the same time of day twice


@dataclass
class SlotGroup:
    label: str
    slots: list[SlotChoice] = field(default_factory=list)


@dataclass
class SlotDay:
    day: date
    groups: list[SlotGroup] = field(default_factory=list)
    is_chosen: bool = False

    @property
    def count(self) -> int:
        return sum(len(group.slots) for group in self.groups)


def group_slots(bound: BoundField) -> list[SlotDay]:
    """Sort the choices of `bound` into days and groups, in the viewer's zone.

    Choices are `(key, aware datetime)`, or `(group, [(key, aware datetime), …])` where the caller
    knows the shifts. Without groups, the hour decides: morning, afternoon, evening. One day is
    chosen: that of the checked slot, else the first.
    """
    chosen = str(bound.value() or "")
    days: dict[date, SlotDay] = {}
    for label, value, moment in _flat(bound.field.widget.choices):  # type: ignore[attr-defined]
        local = timezone.localtime(moment)
        day = days.setdefault(local.date(), SlotDay(local.date()))
        label = label or part_of_day(local.hour)
        group = next((known for known in day.groups if known.label == label), None)
        if group is None:
            group = SlotGroup(label)
            day.groups.append(group)
        slot = SlotChoice(value, local, is_checked=value == chosen)
        group.slots.append(slot)
        day.is_chosen = day.is_chosen or slot.is_checked
    found = [_name_doubles(days[key]) for key in sorted(days)]
    if found and not any(day.is_chosen for day in found):
        found[0].is_chosen = True
    return found


def _name_doubles(day: SlotDay) -> SlotDay:
    """When clocks go back an hour comes twice: there each time names its zone, "01:00 EDT"."""
    slots = [slot for group in day.groups for slot in group.slots]
    instants = {
        (slot.starts_at.hour, slot.starts_at.minute, slot.starts_at.utcoffset()) for slot in slots
    }
    times = Counter((hour, minute) for hour, minute, _ in instants)
    for group in day.groups:
        group.slots = [
            replace(slot, zone=f"{slot.starts_at:%Z}")
            if times[slot.starts_at.hour, slot.starts_at.minute] > 1
            else slot
            for slot in group.slots
        ]
    return day


def part_of_day(hour: int) -> str:
    if hour < 12:
        return gettext("Morning")
    return gettext("Afternoon") if hour < 17 else gettext("Evening")


def _flat(choices: Any) -> Iterator[tuple[str, str, datetime]]:
    for key, rest in choices:
        if isinstance(rest, datetime):
            yield "", str(key), rest
        elif isinstance(rest, (list, tuple)):
            for value, moment in rest:
                yield str(key), str(value), moment
