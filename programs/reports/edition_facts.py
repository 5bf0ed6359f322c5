"""What a cohort's pinned edition asks for, and what of earlier editions counts for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from programs.models import Item, ItemSuccession

if TYPE_CHECKING:
    from programs.models import Cohort


@dataclass(frozen=True, slots=True)
class ModuleItems:
    pk: int
    key: str
    title: str
    items: frozenset[int]  # the required ones; of a module without any, all


@dataclass(slots=True)
class Edition:
    title: str = ""  # program and version
    modules: list[ModuleItems] = field(default_factory=list)
    required_modules: dict[int, int] = field(default_factory=dict)  # required item -> its module
    minutes: dict[int, int] = field(default_factory=dict)  # of the required items
    heirs: dict[int, list[int]] = field(default_factory=dict)  # earlier item -> those in its place

    @property
    def required(self) -> frozenset[int]:
        return frozenset(self.required_modules)

    def counted(self, done: Iterable[int]) -> frozenset[int]:
        """The items done, and those that took the place of one that was done."""
        found = frozenset(done)
        if self.heirs:
            return found.union(*(self.heirs.get(item, ()) for item in found))
        return found


def load_edition(cohort: Cohort) -> Edition:
    """One query."""
    before = ItemSuccession.objects.filter(cohort=cohort, item=OuterRef("pk")).values("before")
    rows = (
        Item.objects.filter(module__version=cohort.version_id)
        .annotate(befores=ArraySubquery(before))
        .order_by("module__position", "position")
        .values_list(
            "pk",
            "required",
            "minutes",
            "befores",
            "module_id",
            "module__key",
            "module__title",
            "module__version__version",
            "module__version__program__title",
        )
    )
    edition = Edition()
    every: dict[int, tuple[str, str, set[int], set[int]]] = {}
    for pk, required, minutes, befores, module, key, title, version, program in rows:
        edition.title = f"{program} {version}"
        _key, _title, items, needed = every.setdefault(module, (key, title, set(), set()))
        items.add(pk)
        if required:
            needed.add(pk)
            edition.required_modules[pk] = module
            edition.minutes[pk] = minutes
        for one in befores:
            edition.heirs.setdefault(one, []).append(pk)
    edition.modules = [
        ModuleItems(pk, key, title, frozenset(needed or items))
        for pk, (key, title, items, needed) in every.items()
    ]
    return edition


def load_heirs(cohort: Cohort) -> dict[int, list[int]]:
    """Earlier item -> those that took its place: one query."""
    heirs: dict[int, list[int]] = {}
    for before, item in ItemSuccession.objects.filter(cohort=cohort).values_list("before", "item"):
        heirs.setdefault(before, []).append(item)
    return heirs
