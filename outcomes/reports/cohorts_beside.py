"""A cohort beside one that had not begun, without a lot: differences in change, and no more.

Nothing of this is shown as it stands. Who is in both cohorts, because they moved, counts in neither.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from outcomes.models import Wave
from outcomes.reports.arms_compared import (
    CLOSED,
    ArmsCompared,
    Values,
    begins_at,
    compare,
    corrected,
    values_by_person,
)
from outcomes.reports.lots import BESIDE, begins_first
from outcomes.reports.tied_scales import tied_scales
from programs.models import Enrollment

if TYPE_CHECKING:
    from datetime import datetime


def cohorts_beside(*, baseline: Wave, later: Wave, now: datetime) -> tuple[ArmsCompared, ...]:
    """Compare the change from `baseline` to `later` with that of cohorts asked at both times.

    Empty where a lot was drawn, while a round beside is open, or where there is none. Queries do
    not grow with people.
    """
    if begins_first(later.cohort_id):
        return ()
    names = {str(baseline.public_id): baseline, str(later.public_id): later}
    found = Wave.objects.filter(options__beside__in=list(names)).select_related("cohort")
    rounds: dict[Wave, list[Wave]] = {baseline: [], later: []}
    for wave in found:
        rounds[names[wave.options[BESIDE]]].append(wave)
    both = {wave.cohort_id for wave in rounds[baseline]} & {
        wave.cohort_id
        for wave in rounds[later]
        if wave.closes_at <= now and begins_at(wave.cohort) >= wave.closes_at
    }
    asked = [wave for waves in rounds.values() for wave in waves if wave.cohort_id in both]
    if not both or any(wave.state not in CLOSED for wave in asked):
        return ()
    people = _people(later.cohort_id, both, now)
    place = {person: cohort for person, cohort, _unit in people}
    cohort_of = {wave.pk: wave.cohort_id for wave in (*asked, baseline, later)}

    instruments = later.ordered_instruments()
    tied = tied_scales(instruments)

    def values(first: Wave) -> Values:
        """Of the rounds at one time, each from people of its own cohort."""
        waves = [first, *(wave for wave in rounds[first] if wave.cohort_id in both)]
        return {
            key: {
                person: found
                for person, found in by_person.items()
                if place.get(person) == cohort_of[found[0]]
            }
            for key, by_person in values_by_person(waves, tied).items()
        }

    before, after = values(baseline), values(later)
    drawn = [(person, int(cohort == later.cohort_id), unit) for person, cohort, unit in people]
    compared = [
        compare(
            f"{instrument.key}.{subscale.key}",
            subscale.direction,
            drawn,
            before.get((instrument.pk, subscale.key), {}),
            after.get((instrument.pk, subscale.key), {}),
            by_unit=False,
            is_randomized=False,
        )
        for instrument in instruments
        for subscale in instrument.parsed.subscales
        if subscale.is_reported
    ]
    return corrected(compared, later.primary_outcome or baseline.primary_outcome)


def _people(cohort: int, others: set[int], now: datetime) -> list[tuple[int, int, int]]:
    """Person, cohort, unit of everybody who is in one of them alone."""
    rows = list(
        Enrollment.objects.filter(cohort__in={cohort, *others})
        .counted_at(now)
        .order_by("pk")
        .values_list("clinician_id", "cohort_id", "unit_id")
    )
    places = Counter(person for person, _cohort, _unit in rows)
    return [(person, place, unit or 0) for person, place, unit in rows if places[person] == 1]
