"""A roll-out unit by unit, where a lot drew the order: a stepped wedge (measurement handbook, 5.5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from outcomes.engine.mixed import UnitReading, stepped_wedge
from outcomes.models import Lot, Score, Wave
from programs.models import Cohort

if TYPE_CHECKING:
    from datetime import datetime

    from core.tables import Cell


def roll_outs(cohort: Cohort) -> Iterator[list[Cell]]:
    """Yield a row for each scale of each roll-out in which `cohort` is an arm.

    A period is the time of a round: rounds that open together are one. A unit has begun from the
    first period that opens on or after the start of its arm.
    """
    for lot in Lot.objects.filter(engagement=cohort.engagement_id, by=Lot.By.UNIT):
        if cohort.pk not in lot.arms:
            continue
        closed = [Wave.State.CLOSED, Wave.State.RELEASED]
        waves = list(Wave.objects.filter(cohort__in=lot.arms, state__in=closed))
        periods = sorted({wave.opens_at for wave in waves})
        starts = _starts(lot, periods)
        for key, readings in sorted(_readings(lot, waves, periods).items()):
            found = stepped_wedge(readings, starts=starts, seed=lot.seed % 2**32)
            one = found.effect
            p = found.p_permuted if found.p_permuted is not None else one.p
            method = f"{one.method}; p by reordering, {found.permutations} times, seed {found.seed}"
            yield [
                *("roll-out in steps", key, f"{len(periods)} periods", len(readings)),
                *(one.value, one.low, one.high, p, method, one.reason),
            ]


def _starts(lot: Lot, periods: list[datetime]) -> dict[int, int]:
    """Unit -> its first period with the program; past the last one if it never began."""
    begins = {arm.pk: arm for arm in Cohort.objects.filter(pk__in=lot.arms)}
    found = {}
    for unit, arm in lot.allocations.values_list("entry", "arm").distinct():
        cohort = begins[arm]
        began = [
            place
            for place, opens_at in enumerate(periods)
            if opens_at.astimezone(cohort.zone).date() >= cohort.starts_on
        ]
        found[unit] = began[0] if began else len(periods)
    return found


def _readings(lot: Lot, waves: list[Wave], periods: list[datetime]) -> dict[str, list[UnitReading]]:
    units = dict(lot.allocations.values_list("person", "entry"))
    places = {wave.pk: periods.index(wave.opens_at) for wave in waves}
    found: dict[str, list[UnitReading]] = {}
    rows = Score.objects.filter(
        response__wave__in=waves,
        response__submitted_at__isnull=False,
        response__withdrawn_at=None,
        value__isnull=False,
    ).values_list(
        "instrument__key", "subscale", "response__respondent_id", "response__wave_id", "value"
    )
    for instrument, subscale, person, wave, value in rows:
        if person in units and value is not None:
            reading = UnitReading(units[person], person, places[wave], value)
            found.setdefault(f"{instrument}.{subscale}", []).append(reading)
    return found
