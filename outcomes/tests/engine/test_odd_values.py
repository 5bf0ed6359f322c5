"""Values that rounding, holes or size make awkward: the figure is right or it is not there."""

from math import inf, nan

import numpy as np
import pytest

from outcomes.engine.attrition import attrition, tipping_point
from outcomes.engine.comparison import (
    ArmSummary,
    Case,
    baseline_smd,
    dose_response,
    morris_difference,
    smcr_difference,
    waitlist_comparison,
)
from outcomes.engine.effect_sizes import hedges_j
from outcomes.engine.linear_models import TOO_LARGE, covariance_tests
from outcomes.engine.multiplicity import holm
from outcomes.engine.paired import d_av_interval, paired_change, wilcoxon
from outcomes.engine.reliability import cronbach_alpha
from outcomes.engine.tipping_points import tipping_point_of

# Sums of twelve items before and after; as means their differences carry the rounding of floats.
BEFORE = [37, 29, 40, 31, 33, 25, 44, 38, 27, 35, 30, 41]
AFTER = [38, 30, 39, 35, 34, 31, 43, 41, 29, 35, 28, 46]


def test_means_of_items_are_ranked_as_their_sums():
    sums = wilcoxon([second - first for first, second in zip(BEFORE, AFTER, strict=True)])
    means = wilcoxon(
        [second / 12 - first / 12 for first, second in zip(BEFORE, AFTER, strict=True)]
    )
    assert (means.n_used, means.statistic) == (11, sums.statistic)
    assert means.p == sums.p
    assert means.rank_biserial == sums.rank_biserial


def test_a_change_of_nothing_but_rounding_is_a_zero():
    assert wilcoxon([0.1 + 0.2 - 0.3, 1, 2, -3, 4, 5, 6]).n_used == 6


def test_ranks_leave_out_what_is_missing():
    assert wilcoxon([nan, None, 1, 2, -3, 4, 5, 6]) == wilcoxon([1, 2, -3, 4, 5, 6])
    assert wilcoxon([nan, 0, None]) is None


@pytest.mark.parametrize("after", [[37 / 12 + 1] * 7, [37 / 12 + step / 12 for step in range(7)]])
def test_everybody_alike_before_has_no_effect_by_that_spread(after):
    found = paired_change([37 / 12] * 7, after)
    assert found.sd_before == 0
    assert found.effects.d_pre is None
    assert found.r is None
    assert found.effects.d_av is None or found.effects.d_av < 10
    assert baseline_smd([37 / 12] * 7, [3.2] * 11) is None


def test_values_too_large_have_a_reason():
    found = paired_change([1e308, -1e308] * 4, [-1e308, 1e308] * 4)
    assert (found.n, found.mean_change, found.ci, found.effects) == (8, None, None, None)
    assert "too large" in found.reasons["ci"]
    assert d_av_interval([1e308, -1e308] * 4, [-1e308, 1e308] * 4) is None


def test_the_correction_never_leaves_one_behind():
    """Approximately 1 - 3 / (4m - 1) (Hedges 1981), whatever the size."""
    for m in (1e3, 1e6, 1e9, 1e15):
        assert hedges_j(m) == pytest.approx(1 - 3 / (4 * m - 1), rel=1e-7)
        assert hedges_j(m) <= 1
    assert hedges_j(nan) is None


def test_a_hole_is_left_out_of_a_comparison():
    whole = [Case(p, p % 2, 10 + p * 3 % 7, 12 + p * 5 % 11) for p in range(12)]
    holes = [Case(20, 1, None, 3.0), Case(21, 0, 4.0, None), Case(22, 0, nan, inf)]
    assert waitlist_comparison([*whole, *holes]) == waitlist_comparison(whole)
    assert baseline_smd([1, 2, 4, nan], [2, 5, None]) == baseline_smd([1, 2, 4], [2, 5])
    smd = attrition(invited=9, before_completers=[1, 2, None], before_others=[2, 5, nan]).smd
    assert smd == baseline_smd([1, 2], [2, 5])
    groups, values = ["a", "b"] * 4, [1.0, 3, 2, 5, 4, 4, 7, 1]
    beside = [2.0, 1, 4, 3, 6, 2, 8, 5]
    assert covariance_tests([*values, nan], [*groups, "c"], [*beside, 1]) == covariance_tests(
        values, groups, beside
    )


@pytest.mark.parametrize(
    "arm", [ArmSummary(10, nan, 2, 0.5), ArmSummary(10, 1, nan, 0.5), ArmSummary(10, 1, 2, nan)]
)
def test_an_unknown_figure_of_an_arm_has_a_reason(arm):
    found = smcr_difference(arm, ArmSummary(10, 1, 2, 0.5))
    assert found.value is found.variance is None
    assert found.reason
    if arm.r == 0.5:
        assert morris_difference(arm, ArmSummary(10, 1, 2, 0.5)).value is None


def test_nobody_has_no_tipping_point():
    assert tipping_point_of(mean=1, half=0.5, n=0, dropouts=0).reason
    assert tipping_point_of(mean=nan, half=1, n=5, dropouts=5).tips_at is None
    assert tipping_point([1, 2, 4, nan, None], dropouts=2) == tipping_point([1, 2, 4], dropouts=2)


def test_arrays_and_empty_rows_have_an_alpha():
    answers = [[1, 2, 3], [2, 2, 4], [4, 5, 5], [3, 3, 2]]
    assert cronbach_alpha(np.array(answers)) == cronbach_alpha(answers)
    assert cronbach_alpha([*answers, [None] * 3], is_pairwise=True).n == 4


def test_a_test_that_could_not_be_had_is_not_counted():
    assert holm({"a": 0.01, "b": nan, "c": 0.04}) == {"a": 0.02, "c": 0.04}


def test_answers_too_large_have_no_alpha_and_no_slope():
    huge = [1e200, -1e200] * 4
    assert cronbach_alpha([[value, 3.0] for value in huge]).value is None
    found = dose_response(change=huge, sessions=[0, 1, 2, 3, 4, 5, 6, 8], before=list(range(8)))
    assert (found.value, found.reason) == (None, TOO_LARGE)
