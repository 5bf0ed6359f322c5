"""How many people changed for the worse by more than measurement error: for the practice's owner.

Pooled over whole released rounds of the practice, twenty people or more, without names, cohorts or
organizations: small groups are hidden from everybody, and harm must not be hidden with them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from outcomes.engine.disclosure import FLOORS
from outcomes.models import Instrument, Release, Score, Wave
from outcomes.reports.reliable_shares import reliable_counts
from programs.models import Cohort

if TYPE_CHECKING:
    from datetime import datetime

Scale = tuple[int, str]  # instrument, subscale


@dataclass(frozen=True)
class WorseLine:
    title: str
    instrument: str
    people: int
    worse: int


@dataclass(frozen=True)
class _Value:
    at: datetime
    wave: int
    value: float


def worse_lines() -> list[WorseLine]:
    """One line for each scale with a published error and enough people. Three queries."""
    instruments: dict[int, Instrument] = {one.pk: one for one in Instrument.objects.all()}
    lines = []
    for (key, name), by_round in _pairs().items():
        definition = instruments[key].parsed
        subscale = definition.subscale(name)
        # Rounds of few stay out, or the next look would tell them by subtraction.
        pooled = {
            person: pair
            for pairs in by_round.values()
            if len(pairs) >= FLOORS["means"]
            for person, pair in pairs.items()
        }
        found = reliable_counts(subscale=subscale, pairs=pooled) if pooled else None
        if found is None or len(pooled) < FLOORS["reliable_change"]:
            continue
        lines.append(
            WorseLine(definition.name_of(subscale), definition.title, len(pooled), found.all_worse)
        )
    return sorted(lines, key=lambda line: (line.instrument, line.title))


def _pairs() -> dict[Scale, dict[int, dict[int, tuple[float, float]]]]:
    """Scale -> released round -> enrollment -> value at baseline and in that round.

    Somebody in several released rounds counts in the last one.
    """
    released = set(
        Release.objects.exclude(wave__label=Wave.Label.BASELINE).values_list("wave", flat=True)
    )
    rows = (
        Score.objects.filter(
            response__submitted_at__isnull=False, response__withdrawn_at=None, value__isnull=False
        )
        .filter(response__wave__cohort__in=Cohort.objects.filter(waves__in=released))
        .values_list(
            "instrument_id",
            "subscale",
            "response__enrollment_id",
            "response__wave_id",
            "response__wave__label",
            "response__wave__opens_at",
            "value",
        )
    )
    first: dict[tuple[Scale, int], _Value] = {}
    last: dict[tuple[Scale, int], _Value] = {}
    for instrument, subscale, enrollment, wave, label, at, value in rows.iterator():
        here = ((instrument, subscale), enrollment)
        side = first if label == Wave.Label.BASELINE else last
        if value is None or (side is last and wave not in released):
            continue
        if here not in side or side[here].at < at:
            side[here] = _Value(at, wave, value)
    found: dict[Scale, dict[int, dict[int, tuple[float, float]]]] = {}
    for (scale, enrollment), later in last.items():
        began = first.get((scale, enrollment))
        if began:
            by_round = found.setdefault(scale, {}).setdefault(later.wave, {})
            by_round[enrollment] = (began.value, later.value)
    return found
