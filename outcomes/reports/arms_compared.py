"""Those who began beside those who waited, as the lot gave it. For the practice's analysis.

Without a lot: `cohorts_beside`. Nothing of this is shown as it stands. Whoever moved or left later counts with the arm drawn.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import time
from typing import TYPE_CHECKING

from outcomes.engine.attrition import Attrition, attrition
from outcomes.engine.comparison import (
    MIN_UNITS,
    SMD_FLAG,
    Case,
    Comparison,
    baseline_smd,
    difference_in_differences,
    waitlist_comparison,
)
from outcomes.engine.multiplicity import holm
from outcomes.models import Lot, Score, Wave
from outcomes.reports.lots import BESIDE, verify_lot
from outcomes.reports.tied_scales import Scale, keep_common, tied_scales
from programs.engine.schedule import local_instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from programs.models import Cohort

CLOSED = (Wave.State.CLOSED, Wave.State.RELEASED)


@dataclass(frozen=True)
class ArmsCompared:
    """One reported scale. Program minus waiting, in scale points of the raw scale."""

    key: str  # "instrument.subscale"
    direction: str  # "up": more is better
    # Analysis of covariance; where whole units were drawn, as `difference`: its errors are clustered.
    adjusted: Comparison
    difference: Comparison  # of the changes: secondary
    program: Attrition
    waiting: Attrition
    # arm -> (round before, round after) -> people: who answered which two rounds
    behind: Mapping[int, Mapping[tuple[int, int], frozenset[int]]]
    is_alike: bool  # an arm began, ended or changed all alike
    is_randomized: bool = True
    start: float | None = None  # standardized difference of the arms before, program minus waiting
    p_holm: float | None = None  # of all but the main outcome

    @property
    def is_unlike(self) -> bool:
        """Whether the arms began so far apart that the comparison is in doubt."""
        return self.start is not None and abs(self.start) > SMD_FLAG


def arms_of(*, later: Wave, now: datetime) -> tuple[ArmsCompared, ...]:
    """The same for the lot in which the cohort of `later` was drawn to begin first, if there is one.

    A log that does not follow from its seed is no lot: nothing is said of it.
    """
    lot = Lot.objects.filter(arms__0=later.cohort_id).order_by("-drawn_at").first()
    return arms_compared(lot=lot, later=later, now=now) if lot and verify_lot(lot) else ()


def arms_compared(*, lot: Lot, later: Wave, now: datetime) -> tuple[ArmsCompared, ...]:
    """Compare the first arm at `later` with the arms that were asked at the same time, waiting.

    Empty while those rounds are open, and where too few whole units were drawn for an interval.
    Queries do not grow with people.
    """
    after_rounds = [wave for wave in [later, *_beside(lot, later, now)] if wave.state in CLOSED]
    if len(after_rounds) < 2 or later.cohort_id != lot.arms[0]:
        return ()
    asked = {wave.cohort_id for wave in after_rounds}
    by_unit = lot.by == Lot.By.UNIT
    people = [
        (row.person_id, int(row.arm_id == later.cohort_id), row.entry if by_unit else 0)
        for row in lot.allocations.order_by("position")
        if row.arm_id in asked
    ]
    if by_unit and len({unit for _person, _arm, unit in people}) < MIN_UNITS:
        return ()
    before_rounds = _rounds_before(lot, later)
    instruments = later.ordered_instruments()
    tied = tied_scales(instruments)
    before, after = (values_by_person(rounds, tied) for rounds in (before_rounds, after_rounds))
    found = [
        compare(
            f"{instrument.key}.{subscale.key}",
            subscale.direction,
            people,
            before.get((instrument.pk, subscale.key), {}),
            after.get((instrument.pk, subscale.key), {}),
            by_unit=by_unit,
        )
        for instrument in instruments
        for subscale in instrument.parsed.subscales
        if subscale.is_reported
    ]
    primary = later.primary_outcome or next(
        (one.primary_outcome for one in before_rounds if one.cohort_id == later.cohort_id), ""
    )
    return corrected(found, primary)


def _beside(lot: Lot, later: Wave, now: datetime) -> list[Wave]:
    """What those who wait were asked at the time of `later`, if they still waited to its end."""
    found = Wave.objects.filter(
        cohort__in=lot.arms, options__beside=str(later.public_id), closes_at__lte=now
    ).select_related("cohort")
    return [wave for wave in found if begins_at(wave.cohort) >= wave.closes_at]


def begins_at(cohort: Cohort) -> datetime:
    """When its first step opens."""
    start = local_instant(cohort.starts_on, time(), cohort.zone)
    return min(start, cohort.everything_open_at or start)


def _rounds_before(lot: Lot, later: Wave) -> list[Wave]:
    """First rounds alone: what those who wait were asked beside a later one is no beginning."""
    on_the_way = Wave.objects.filter(cohort=lot.arms[0]).exclude(label=Wave.Label.BASELINE)
    names = {str(one) for one in on_the_way.values_list("public_id", flat=True)}
    found = Wave.objects.filter(
        cohort__in=lot.arms,
        label=Wave.Label.BASELINE,
        state__in=CLOSED,
        opens_at__lt=later.opens_at,
    )
    return [wave for wave in found if wave.options.get(BESIDE) not in names]


def corrected(found: Sequence[ArmsCompared], primary: str) -> tuple[ArmsCompared, ...]:
    """Several outcomes at once: all but the declared one carry Holm's p."""
    p_values = {one.key: one.adjusted.difference.p for one in found if one.key != primary}
    adjusted = holm({key: p for key, p in p_values.items() if p is not None})
    return tuple(replace(one, p_holm=adjusted.get(one.key)) for one in found)


# instrument, subscale -> person -> round and value
Values = dict[tuple[int, str], dict[int, tuple[int, float]]]


def values_by_person(waves: Iterable[Wave], tied: Iterable[Sequence[Scale]]) -> Values:
    """By person, not by place: the lot moves people. Of several rounds the last one counts.

    Args:
        tied: scales that share items: of these the same people count, from one round.
    """
    found: Values = {}
    rows = Score.objects.filter(
        response__wave__in=[wave.pk for wave in waves],
        response__submitted_at__isnull=False,
        response__withdrawn_at=None,
    ).order_by("response__wave__opens_at", "pk")
    for instrument, subscale, person, wave, value in rows.values_list(
        "instrument_id", "subscale", "response__respondent_id", "response__wave_id", "value"
    ):
        if value is not None:
            found.setdefault((instrument, subscale), {})[person] = (wave, value)
    keep_common(found, tied, is_one=lambda values: len({wave for wave, _value in values}) == 1)
    return found


def compare(
    key: str,
    direction: str,
    people: list[tuple[int, int, int]],
    before: dict[int, tuple[int, float]],
    after: dict[int, tuple[int, float]],
    *,
    by_unit: bool,
    is_randomized: bool = True,
) -> ArmsCompared:
    """Compare one scale.

    Args:
        people: person, arm (1 began), unit.
        before, after: person -> round and value.
        by_unit: whole units were drawn, so errors are clustered.
    """
    cases = [
        Case(person, arm, before[person][1], after[person][1], unit)
        for person, arm, unit in people
        if person in before and person in after
    ]

    def flow(arm: int) -> Attrition:
        drawn = [person for person, given, _unit in people if given == arm]
        return attrition(
            invited=len(drawn),
            before_completers=[before[p][1] for p in drawn if p in before and p in after],
            before_others=[before[p][1] for p in drawn if p in before and p not in after],
        )

    difference = difference_in_differences(cases, is_randomized=is_randomized)
    behind: dict[int, dict[tuple[int, int], set[int]]] = {0: {}, 1: {}}
    for case in cases:
        rounds = before[case.person][0], after[case.person][0]
        behind[case.arm].setdefault(rounds, set()).add(case.person)
    return ArmsCompared(
        key,
        direction,
        waitlist_comparison(cases) if is_randomized and not by_unit else difference,
        difference,
        flow(1),
        flow(0),
        {
            arm: {rounds: frozenset(found) for rounds, found in parts.items()}
            for arm, parts in behind.items()
        },
        any(_alike([case for case in cases if case.arm == arm]) for arm in (0, 1)),
        is_randomized,
        baseline_smd(*([case.before for case in cases if case.arm == arm] for arm in (1, 0))),
    )


def _alike(cases: Sequence[Case]) -> bool:
    return any(
        len({round(value, 9) for value in values}) < 2
        for values in (
            [case.before for case in cases],
            [case.after for case in cases],
            [case.after - case.before for case in cases],
        )
    )
