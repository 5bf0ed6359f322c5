import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.engine.adherence import Adherence, PracticeWeek, add_weeks, of_group


def test_minutes_above_a_week_pay_for_nothing_else():
    """Week one 90 of 60 counts 60, week two 15 of 60: 75 of 120."""
    one = add_weeks([PracticeWeek(60, timer=90), PracticeWeek(60, told=15)])

    assert (one.capped, one.assigned, one.rate) == (75, 120, 0.625)
    assert (one.timer, one.told) == (90, 15)


def test_timer_and_told_minutes_stand_apart_and_add_up():
    """Of 60: 40 by the timer and 30 told; the cap takes 10 from what was told."""
    week = of_group([[PracticeWeek(60, timer=40, told=30)]])

    assert week.rate == 1
    assert week.timer_rate == pytest.approx(40 / 60)
    assert week.told_rate == pytest.approx(20 / 60)


def test_a_group_is_the_sum_with_median_and_quartiles_beside_it():
    """Shares 0, 0.25, 0.5, 0.75 and 1 of 100 minutes each; one had nothing to practice."""
    people = [[PracticeWeek(100, timer=minutes)] for minutes in (0, 25, 50, 75, 130)]
    people.append([PracticeWeek(0, timer=40)])

    group = of_group(people)

    assert (group.people, group.assigned, group.capped) == (5, 500, 250)
    assert group.rate == 0.5
    assert (group.lower_quartile, group.median, group.upper_quartile) == (0.25, 0.5, 0.75)


def test_who_has_less_assigned_weighs_less():
    """10 of 10 and 0 of 90: 10 of 100, though the median is one half."""
    group = of_group([[PracticeWeek(10, timer=10)], [PracticeWeek(90)]])

    assert (group.rate, group.median) == (0.1, 0.5)


def test_nothing_assigned_is_no_rate():
    assert of_group([]) == Adherence()
    assert of_group([[PracticeWeek(0, timer=5)]]).rate is None
    assert PracticeWeek(0, timer=5).share is None


weeks = st.builds(PracticeWeek, st.integers(0, 300), st.integers(0, 300), st.integers(0, 300))


@given(st.lists(st.lists(weeks, max_size=4), max_size=6))
def test_a_rate_is_a_share_and_its_parts_add_up(people):
    group = of_group(people)

    assert group.capped <= group.assigned
    if group.rate is not None:
        assert 0 <= group.lower_quartile <= group.median <= group.upper_quartile <= 1
        assert group.timer_rate + group.told_rate == pytest.approx(group.rate)
