"""The live sessions that a cohort's program asks for, each planned or not yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from programs.engine.schedule import session_key
from programs.models import Item, LiveSlot, Module

if TYPE_CHECKING:
    from programs.models import Cohort


@dataclass(frozen=True)
class PlannedSession:
    key: str
    title: str
    minutes: int
    slots: tuple[LiveSlot, ...]  # one, or one per group
    decides: tuple[str, ...]  # modules whose dates hang on it

    @property
    def is_planned(self) -> bool:
        return any(slot.state != LiveSlot.State.CANCELLED for slot in self.slots)


def session_plan(cohort: Cohort) -> list[PlannedSession]:
    """In the order of the program, then what was planned beside it: three queries."""
    modules = list(Module.objects.filter(version=cohort.version_id).order_by("position"))
    slots: dict[str, list[LiveSlot]] = {}
    for slot in cohort.live_slots.select_related("group"):
        slots.setdefault(slot.key, []).append(slot)
    asked: dict[str, tuple[str, int]] = {}
    live = Item.objects.filter(module__in=modules, kind=Item.Kind.LIVE)
    for item in live.order_by("module__position", "position"):
        asked.setdefault(item.body.get("session", ""), (item.title, item.minutes))
    for module in modules:
        for rule in (module.release, module.due):
            if key := session_key(rule.get("anchor", "")):
                asked.setdefault(key, (_("Live session %(key)s") % {"key": key}, 60))
    for key, extra in slots.items():
        asked.setdefault(key, (extra[0].title, 60))
    return [
        PlannedSession(
            key=key,
            title=title,
            minutes=minutes,
            slots=tuple(slots.get(key, ())),
            decides=tuple(
                module.title
                for module in modules
                if key
                in {session_key(rule.get("anchor", "")) for rule in (module.release, module.due)}
            ),
        )
        for key, (title, minutes) in asked.items()
        if key
    ]
