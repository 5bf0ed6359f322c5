"""Several rounds and roll-outs in steps: case 4, recovered effects, odd data."""

from math import nan
from random import Random

import pytest

from outcomes.engine.mixed import Reading, UnitReading, change_over_time, stepped_wedge
from outcomes.tests.engine.test_paired import SLEEP


def sleep():
    return [
        Reading(person, time, value)
        for time, values in enumerate(SLEEP)
        for person, value in enumerate(values)
    ]


def test_two_complete_rounds_are_the_paired_t_test():
    found = change_over_time(sleep())
    contrast = found.contrasts[0, 1]
    assert contrast.value == pytest.approx(1.58)
    assert contrast.se == pytest.approx(0.38896, abs=1e-5)
    assert contrast.df == 9
    assert contrast.p == pytest.approx(0.002833, abs=1e-5)
    assert (contrast.low, contrast.high) == (
        pytest.approx(0.7001142, abs=1e-4),
        pytest.approx(2.4598858, abs=1e-4),
    )
    # Balanced: both variances from the mean squares.
    within = 0.38896**2 * 10 / 2
    assert found.variance_within == pytest.approx(within, abs=1e-3)


def test_three_rounds_with_gaps_use_every_row_and_give_three_contrasts():
    rows = [*sleep(), *(Reading(person, 2, 2.5 + person % 3) for person in range(6))]
    found = change_over_time([row for row in rows if (row.person, row.time) != (3, 1)])
    assert (found.n_people, found.n_readings) == (10, 25)
    assert set(found.contrasts) == {(0, 1), (0, 2), (1, 2)}
    first, second, whole = (found.contrasts[pair].value for pair in ((0, 1), (1, 2), (0, 2)))
    assert whole == pytest.approx(first + second)


def test_forty_people_are_judged_by_z():
    random = Random(4)
    rows = [
        Reading(person, time, person % 7 + time + random.gauss(0, 1))
        for person in range(40)
        for time in (0, 1)
    ]
    assert "z" in change_over_time(rows).contrasts[0, 1].method


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [Reading(1, 0, 2.0)],
        [Reading(1, 0, 2.0), Reading(1, 1, 3.0)],
        [Reading(person, time, 5.0) for person in range(8) for time in (0, 1)],
        [Reading(person, 0, float(person)) for person in range(8)],
        [Reading(person, time, nan) for person in range(8) for time in (0, 1)],
        [Reading(person, time, float(person + time)) for person in range(8) for time in (0, 1)],
    ],
    ids=["none", "one", "person", "alike", "round", "nan", "constant-change"],
)
def test_odd_data_is_withheld_with_a_reason(rows):
    found = change_over_time(rows)
    withheld = found.reason or all(one.value is None for one in found.contrasts.values())
    assert withheld


def wedge(effect, seed):
    """Eight units, five periods, four people each; two units start in each of periods 1 to 4."""
    random, starts = Random(seed), {unit: 1 + unit // 2 for unit in range(8)}
    rows = []
    for unit in range(8):
        level = random.gauss(0, 1)
        for person in range(4):
            own = random.gauss(0, 1)
            for period in range(5):
                treated = effect * (period >= starts[unit])
                value = level + own + 0.8 * period + treated + random.gauss(0, 0.3)
                rows.append(UnitReading(unit, unit * 10 + person, period, value))
    return rows, starts


def test_the_effect_of_a_roll_out_is_told_from_the_passing_of_time():
    rows, starts = wedge(1.5, 1)
    found = stepped_wedge(rows, starts=starts, seed=7, permutations=199)
    assert found.effect.low < 1.5 < found.effect.high
    assert found.effect.value == pytest.approx(1.5, abs=0.3)
    assert found.p_permuted < 0.02
    again = stepped_wedge(rows, starts=starts, seed=7, permutations=199)
    assert again == found


def test_time_alone_is_no_effect():
    rows, starts = wedge(0.0, 2)
    found = stepped_wedge(rows, starts=starts, seed=7, permutations=199)
    assert abs(found.effect.value) < 0.3
    assert found.p_permuted > 0.05


def test_all_starting_at_once_cannot_be_told_from_time():
    rows, _starts = wedge(1.0, 3)
    found = stepped_wedge(rows, starts=dict.fromkeys(range(8), 2), seed=7, permutations=9)
    assert found.effect.value is None
    assert found.reason
    assert found.p_permuted is None
    assert stepped_wedge([], starts={}, seed=1).reason
