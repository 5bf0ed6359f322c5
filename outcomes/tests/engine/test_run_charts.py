"""Median, shift, trend and break, at their edges (handbook, measurement.md 8.3)."""

from datetime import date, timedelta
from fractions import Fraction

import pytest

from outcomes.engine.run_charts import CohortSpan, Point, analyse

BASELINE = [4, 6, 4, 6, 6, 4, 6, 4]  # median 5


def months(values, note="Incident system", first=date(2024, 1, 1)):
    return [
        Point(
            first + timedelta(days=30 * place), first + timedelta(days=30 * place + 29), value, note
        )
        for place, value in enumerate(values)
    ]


def after(count):
    """A cohort that starts on the day after point number `count` ended."""
    start = date(2024, 1, 1) + timedelta(days=30 * count)
    return [CohortSpan("Spring", start, start + timedelta(days=90))]


@pytest.mark.parametrize(("length", "counts"), [(7, []), (8, [8])])
def test_a_shift_needs_eight_points_and_the_median_neither_counts_nor_breaks(length, counts):
    run = [6, 7, 5, *[6, 7, 6, 7, 6, 7][: length - 2]]
    chart = analyse(points=months([*BASELINE, *run, 4]), cohorts=after(8))

    assert chart.median == 5
    assert chart.baseline_n == 8
    assert [(one.count, one.direction) for one in chart.shifts] == [
        (count, "above") for count in counts
    ]
    if counts:
        assert (chart.shifts[0].first, chart.shifts[0].last) == (8, 16)


def test_a_shift_below_and_one_that_lasts_to_the_end_are_found():
    chart = analyse(points=months([*BASELINE, 6, *[3, 2] * 4]), cohorts=after(8))

    assert [(one.count, one.direction) for one in chart.shifts] == [(8, "below")]


@pytest.mark.parametrize(
    ("run", "found"),
    [
        ([1, 2, 3, 3, 4, 7], []),
        ([1, 2, 3, 3, 4, 7, 8], [(6, "rising")]),
        ([9, 8, 7, 7, 7, 3, 2, 1], [(6, "falling")]),
    ],
)
def test_a_trend_needs_six_points_and_a_repeated_value_neither_counts_nor_breaks(run, found):
    tail = [5] if run[-1] > 5 else [6]
    head = [*BASELINE, 6] if run[0] == 1 else BASELINE
    chart = analyse(points=months([*head, *run, *tail]), cohorts=after(8))

    assert [(one.count, one.direction) for one in chart.trends] == found


def test_the_median_is_frozen_from_eight_points_before_the_first_cohort_else_of_all():
    values = [4, 6, 4, 6, 4, 6, 4, 6, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20]
    frozen = analyse(points=months(values), cohorts=after(8))
    too_few = analyse(points=months(values), cohorts=after(7))
    nobody = analyse(points=months(values))

    assert (frozen.median, frozen.baseline_n, frozen.segments[0].is_frozen) == (5, 8, True)
    assert (too_few.median, too_few.baseline_n, too_few.segments[0].is_frozen) == (20, 18, False)
    assert (nobody.median, nobody.segments[0].is_frozen) == (20, False)


def test_a_period_that_ends_on_the_day_a_cohort_starts_is_not_before_it():
    start = date(2024, 1, 1) + timedelta(days=30 * 8 - 1)
    cohorts = [CohortSpan("Spring", start, start)]

    assert not analyse(points=months([*BASELINE, 9]), cohorts=cohorts).segments[0].is_frozen


def test_rules_are_asked_from_ten_points_off_the_median():
    nine = analyse(points=months([4, 5, *[6] * 8]), cohorts=[])
    few = analyse(points=months([*BASELINE, *[5] * 9, 6]), cohorts=after(8))
    enough = analyse(points=months([*BASELINE, *[5] * 9, 6, 6]), cohorts=after(8))

    assert not nine.segments[0].has_enough
    assert not few.segments[0].has_enough
    assert enough.segments[0].has_enough


def test_no_rule_speaks_with_fewer_than_ten_points_off_the_median():
    chart = analyse(points=months([5] * 9 + [1, 2, 3, 4, 6, 7, 8, 9]))

    assert chart.segments[0].off_median == 8
    assert chart.trends == ()


def test_a_new_definition_starts_a_new_series():
    old = months([*BASELINE, *[6, 7] * 3])  # six above …
    new = months([8, 9, 8, 9], note="All severities", first=date(2025, 3, 1))  # … then four more
    chart = analyse(points=[*new, *old], cohorts=after(8))

    assert chart.breaks == (14,)
    assert chart.shifts == ()
    assert [segment.median for segment in chart.segments] == [5, Fraction(17, 2)]
    assert chart.baseline_n == 4


def test_nothing_is_said_of_no_points():
    chart = analyse(points=[])

    assert (chart.median, chart.segments) == (None, ())
