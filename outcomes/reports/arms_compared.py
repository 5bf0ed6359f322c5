"""Those who began beside those who waited, as the lot gave it. For the practice's analysis.

Nothing of this is shown as it stands. Whoever moved or left later counts with the arm drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from outcomes.engine.attrition import Attrition, attrition
from outcomes.engine.comparison import (
    Case,
    Comparison,
    difference_in_differences,
    waitlist_comparison,
)
from outcomes.models import Lot, Score, Wave

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

CLOSED = (Wave.State.CLOSED, Wave.State.RELEASED)


@dataclass(frozen=True)
class ArmsCompared:
    """One reported scale. Program minus waiting, in scale points of the raw scale."""

    key: str  # "instrument.subscale"
    direction: str  # "up": more is better
    adjusted: Comparison  # analysis of covariance: the main figure
    difference: Comparison  # of the changes: secondary
    program: Attrition
    waiting: Attrition
    # arm -> (round before, round after) -> people: who answered which two rounds
    behind: Mapping[int, Mapping[tuple[int, int], frozenset[int]]]
    is_alike: bool  # an arm began, ended or changed all alike


def arms_of(*, later: Wave, now: datetime) -> tuple[ArmsCompared, ...]:
    """The same for the lot in which the cohort of `later` was drawn to begin first, if there is one."""
    lot = Lot.objects.filter(arms__0=later.cohort_id).order_by("-drawn_at").first()
    return arms_compared(lot=lot, later=later, now=now) if lot else ()


def arms_compared(*, lot: Lot, later: Wave, now: datetime) -> tuple[ArmsCompared, ...]:
    """Compare the first arm at `later` with the arms that were asked at the same time, waiting.

    Empty while those rounds are open. Queries do not grow with people.
    """
    beside = Wave.objects.filter(
        cohort__in=lot.arms, options__beside=str(later.public_id), closes_at__lte=now
    )
    after_rounds = [wave for wave in [later, *beside] if wave.state in CLOSED]
    if len(after_rounds) < 2 or later.cohort_id != lot.arms[0]:
        return ()
    asked = {wave.cohort_id for wave in after_rounds}
    people = [
        (row.person_id, int(row.arm_id == later.cohort_id), row.entry)
        for row in lot.allocations.order_by("position")
        if row.arm_id in asked
    ]
    before_rounds = Wave.objects.filter(
        cohort__in=lot.arms,
        label=Wave.Label.BASELINE,
        state__in=CLOSED,
        opens_at__lt=later.opens_at,
    )
    before, after = _values(before_rounds), _values(after_rounds)
    return tuple(
        _compared(
            f"{instrument.key}.{subscale.key}",
            subscale.direction,
            people,
            before.get((instrument.pk, subscale.key), {}),
            after.get((instrument.pk, subscale.key), {}),
        )
        for instrument in later.ordered_instruments()
        for subscale in instrument.parsed.subscales
        if subscale.is_reported
    )


# instrument, subscale -> person -> round and value
Values = dict[tuple[int, str], dict[int, tuple[int, float]]]


def _values(waves: Iterable[Wave]) -> Values:
    """By person, not by place: the lot moves people. Of several rounds the last one counts."""
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
    return found


def _compared(
    key: str,
    direction: str,
    people: list[tuple[int, int, int]],
    before: dict[int, tuple[int, float]],
    after: dict[int, tuple[int, float]],
) -> ArmsCompared:
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

    behind: dict[int, dict[tuple[int, int], set[int]]] = {0: {}, 1: {}}
    for case in cases:
        rounds = before[case.person][0], after[case.person][0]
        behind[case.arm].setdefault(rounds, set()).add(case.person)
    return ArmsCompared(
        key,
        direction,
        waitlist_comparison(cases),
        difference_in_differences(cases, is_randomized=True),
        flow(1),
        flow(0),
        {
            arm: {rounds: frozenset(found) for rounds, found in parts.items()}
            for arm, parts in behind.items()
        },
        any(_alike([case for case in cases if case.arm == arm]) for arm in (0, 1)),
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
