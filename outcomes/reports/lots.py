"""Lots for the practice: what would be drawn, and the log of what was."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from outcomes.engine.allocation import Drawn, draw
from outcomes.models import Allocation, Lot, Wave
from programs.models import Cohort, Enrollment

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from programs.models import Engagement

STRATA = ("unit", "role")
BESIDE = "beside"  # option of a round: the round of the first arm at the same time


@dataclass(frozen=True)
class LotPreview:
    """Who would be drawn. Nothing of the lot itself: it is drawn once, at the confirmation."""

    arms: tuple[Cohort, ...]
    people: int
    strata: tuple[tuple[str, int], ...]


def lot_preview(*, arms: Iterable[Cohort], strata: Sequence[str], by: str) -> LotPreview:
    """Count those who take part in `arms` by stratum, or by unit where whole units are drawn."""
    ordered = tuple(sorted(arms, key=lambda arm: arm.starts_on))
    people = list(Enrollment.objects.live().filter(cohort__in=ordered).select_related("unit"))
    names = ["unit"] if by == Lot.By.UNIT else strata
    counts = Counter(stratum_of(one, names) for one in people)
    return LotPreview(ordered, len(people), tuple(sorted(counts.items())))


@dataclass(frozen=True)
class LotShown:
    lot: Lot
    arms: tuple[Cohort, ...]
    rows: tuple[Allocation, ...]
    table: tuple[tuple[str, tuple[int, ...]], ...]  # stratum -> people of each arm
    is_intact: bool

    @property
    def lines(self) -> list[tuple[str, list[tuple[int, Cohort]]]]:
        """Each stratum with its people beside the start they were drawn to."""
        return [(name, list(zip(counts, self.arms, strict=True))) for name, counts in self.table]


def lots_shown(engagement: Engagement) -> list[LotShown]:
    """Every lot of a contract with its log, the newest first."""
    lots = Lot.objects.filter(engagement=engagement).select_related("actor")
    return [_shown(lot) for lot in lots]


def _shown(lot: Lot) -> LotShown:
    rows = tuple(lot.allocations.select_related("person", "arm").order_by("position"))
    by_id = {arm.pk: arm for arm in Cohort.objects.filter(pk__in=lot.arms)}
    counts = Counter((row.stratum, row.arm_id) for row in rows)
    strata = sorted({row.stratum for row in rows})
    table = tuple((name, tuple(counts[name, arm] for arm in lot.arms)) for name in strata)
    return LotShown(lot, tuple(by_id[arm] for arm in lot.arms), rows, table, verify_lot(lot))


def verify_lot(lot: Lot) -> bool:
    """Draw again from the seed: whether the log is what the lot gave, untouched."""
    rows = list(lot.allocations.order_by("position"))
    drawn = draw_entries([(row.entry, row.stratum) for row in rows], len(lot.arms), lot.seed)
    log = [(row.entry, row.stratum, row.block, row.arm_id) for row in rows]
    again = [
        (row.entry, row.stratum, drawn[row.entry].block, lot.arms[drawn[row.entry].arm])
        for row in rows
    ]
    return log == again and fingerprint(log) == lot.sha256


def drawn_with(cohort: int) -> set[int]:
    """Persons of every lot in which a cohort, by its id, was to begin first."""
    rows = Allocation.objects.filter(lot__arms__0=cohort)
    return set(rows.values_list("person", flat=True))


def persons_beside(cohort: int) -> set[int]:
    """Persons of every cohort that is, or was, asked beside a round of this one, by its id."""
    names = Wave.objects.filter(cohort=cohort).values_list("public_id", flat=True)
    others = Wave.objects.filter(options__beside__in=[str(name) for name in names])
    rows = Enrollment.objects.filter(cohort__in=others.values("cohort"))
    return set(rows.values_list("clinician", flat=True))


def begins_first(cohort: int) -> bool:
    """Whether a lot gave this cohort, by its id, the first start."""
    return Lot.objects.filter(arms__0=cohort).exists()


def is_compared(wave: Wave) -> bool:
    """Whether another cohort is asked beside this round, by lot or without."""
    return Wave.objects.filter(options__beside=str(wave.public_id)).exists()


def draw_entries(entries: Sequence[tuple[int, str]], arms: int, seed: int) -> dict[int, Drawn]:
    """Each entry once, in the order of its first appearance: a unit is drawn for all its people."""
    return {one.key: one for one in draw(entered=list(dict(entries).items()), arms=arms, seed=seed)}


def fingerprint(log: Sequence[Sequence[Any]]) -> str:
    text = json.dumps(log, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def stratum_of(one: Enrollment, strata: Sequence[str]) -> str:
    """The unit and role of a place, as frozen at enrollment."""
    labels = {"unit": one.unit.name if one.unit else "–", "role": one.profession or "–"}
    return " / ".join(labels[name] for name in STRATA if name in strata)
