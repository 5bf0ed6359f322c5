"""Alpha, shares, attrition: second formulas and odd data."""

from math import nan, sqrt

import numpy as np
import pytest
from scipy import stats

from outcomes.engine.attrition import attrition, tipping_point
from outcomes.engine.proportions import mcnemar, share
from outcomes.engine.reliability import cronbach_alpha

ANSWERS = [[3, 2, 4], [5, 4, 6], [4, 3, 5], [2, 4, 3], [6, 5, 6], [1, 2, 3], [4, 3, 4], [2, 4, 4]]


def test_alpha_by_the_mean_square_formula():
    table = np.array(ANSWERS, dtype=float)
    n, k = table.shape
    rows = k * ((table.mean(axis=1) - table.mean()) ** 2).sum() / (n - 1)
    centered = table - table.mean(axis=1)[:, None] - table.mean(axis=0)[None, :] + table.mean()
    rest = (centered**2).sum() / ((n - 1) * (k - 1))
    found = cronbach_alpha(ANSWERS)
    assert found.value == pytest.approx(1 - rest / rows)  # Hoyt 1941
    f = rows / rest
    assert found.low == pytest.approx(1 - stats.f.ppf(0.975, n - 1, (n - 1) * (k - 1)) / f)
    assert found.low < found.value < found.high


def test_a_gap_drops_the_person_or_only_the_pair():
    gappy = [*ANSWERS, [5, None, 6], [2, 3, nan]]
    assert cronbach_alpha(gappy).value == cronbach_alpha(ANSWERS).value
    assert cronbach_alpha(gappy).n == 8
    pairwise = cronbach_alpha(gappy, is_pairwise=True)
    assert pairwise.n == 10
    assert pairwise.value != cronbach_alpha(ANSWERS).value
    whole = cronbach_alpha(ANSWERS, is_pairwise=True)
    assert whole.value == pytest.approx(cronbach_alpha(ANSWERS).value)


def test_identical_items_are_one_and_opposed_items_are_below_zero():
    assert cronbach_alpha([[1, 1], [2, 2], [4, 4]]).value == pytest.approx(1)
    assert cronbach_alpha([[1, 3], [2, 2], [4, 1], [3, 3]]).value < 0


@pytest.mark.parametrize(
    "rows", [[], [[1, 2]], [[1, 2], [2, 3]], [[1], [2], [3]], [[3, 3]] * 5, [[None, 1]] * 5]
)
def test_alpha_of_too_little_has_a_reason(rows):
    for is_pairwise in (False, True):
        found = cronbach_alpha(rows, is_pairwise=is_pairwise)
        assert found.value is None
        assert found.reason


def test_wilson_by_its_formula_and_at_the_ends():
    found = share(7, 20)
    z, p, n = 1.959963984540054, 0.35, 20
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    assert (found.low, found.high) == (pytest.approx(middle - half), pytest.approx(middle + half))
    assert share(0, 5).low == 0
    assert share(5, 5).high == 1
    assert share(0, 0).value is None


def test_mcnemar_with_and_without_correction():
    found = mcnemar(gained=12, lost=4)
    assert found.statistic == 4.0
    assert found.statistic_corrected == pytest.approx(49 / 16)
    assert found.p == pytest.approx(2 * stats.norm.sf(2))
    assert found.p_exact == pytest.approx(2 * stats.binom.cdf(4, 16, 0.5))
    assert mcnemar(gained=3, lost=3).statistic_corrected == 0
    assert mcnemar(gained=0, lost=0).p_exact is None


def test_those_who_left_are_compared_at_the_start():
    found = attrition(invited=20, before_completers=[3, 4, 5, 6], before_others=[6, 7, 8, nan])
    assert (found.baseline, found.paired, found.is_thin) == (7, 4, True)
    assert found.smd == pytest.approx(-2.5 / sqrt((5 / 3 + 1) / 2))
    assert found.is_unlike
    assert not attrition(invited=4, before_completers=[3, 4, 5], before_others=[4]).is_unlike
    assert not attrition(invited=5, before_completers=[3, 4, 5], before_others=[]).is_thin


def test_at_the_tipping_point_the_interval_touches_zero():
    changes = [2.0, 3.0, 1.0, 4.0, 2.5, 3.5]
    found = tipping_point(changes, dropouts=4)
    assert found.holds_if_unchanged
    half = found.high_if_unchanged - found.change_if_unchanged
    mean = (sum(changes) + 4 * found.tips_at) / 10
    assert mean - half == pytest.approx(0)
    other = tipping_point([-value for value in changes], dropouts=4)
    assert other.tips_at == pytest.approx(-found.tips_at)


def test_a_finding_that_does_not_hold_with_the_dropouts_tips_above_zero():
    found = tipping_point([2.0, 3.0, 1.0, 4.0, 2.5, 3.5], dropouts=40)
    assert not found.holds_if_unchanged
    assert found.tips_at > 0


def test_no_tipping_point_has_a_reason():
    assert tipping_point([1, -1, 2, -2], dropouts=3).reason
    assert tipping_point([2, 3, 4, 3], dropouts=0).reason
    for odd in ([], [1.0], [1.0, 2.0], [2.0] * 9, [nan] * 9):
        assert tipping_point(odd, dropouts=2).change_if_unchanged is None
