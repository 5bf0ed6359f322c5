"""Change of the same people: the handbook's reference cases with their digits, and odd data."""

from math import nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outcomes.engine.effect_sizes import (
    correlation_from_sds,
    effect_from_summary,
    groups_effect,
    hedges_j,
    sd_from_se,
)
from outcomes.engine.multiplicity import holm
from outcomes.engine.paired import d_av_interval, d_z_interval, paired_change, wilcoxon

THOMASON = (
    [13, 12, 12, 9, 14, 17, 14, 9, 6, 7, 11, 15],
    [14, 13, 16, 12, 15, 18, 13, 10, 10, 8, 14, 16],
)
MOVIES = ([9, 6, 7, 8, 7, 9, 8, 8, 8, 7], [9, 7, 8, 9, 8, 9, 9, 10, 9, 9])
SLEEP = (
    [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0],
    [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4],
)
DEPRESSION = (
    [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30],
    [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29],
)


def near(value, digits):
    """As printed: equal to the last digit given."""
    places = len(str(digits).partition(".")[2])
    return pytest.approx(digits, abs=0.5001 * 10**-places)


def test_case_1_thomason():
    found = paired_change(*THOMASON)
    assert found.n == 12
    assert found.mean_before == near(found, 11.58333)
    assert found.mean_after == 13.25
    assert found.sd_before == near(found, 3.315483)
    assert found.sd_after == near(found, 2.895922)
    assert found.r == near(found, 0.8924)
    assert found.mean_change == near(found, 1.666667)
    assert found.se == near(found, 0.4322831)
    assert found.t == near(found, 3.855498)
    assert found.p == near(found, 0.002674001)
    assert (found.ci.low, found.ci.high) == (near(0, 0.715218), near(0, 2.618115))
    assert found.effects.d_av == near(found, 0.53543)
    assert found.effects.g_av == near(found, 0.4979)
    assert found.effects.d_z == near(found, 1.11299)
    interval = d_z_interval(d_z=found.effects.d_z, n=12)
    assert (interval.low, interval.high) == (near(0, 0.3693), near(0, 1.8268))


def test_case_1_by_ranks_with_each_method_named():
    differences = [after - before for before, after in zip(*THOMASON, strict=True)]
    automatic = wilcoxon(differences)
    assert automatic.statistic == 4.5
    assert automatic.p == near(0, 0.00439)
    assert "auto" in automatic.method
    assert wilcoxon(differences, method="exact").p == near(0, 0.00488)


def test_case_3_movies():
    found = paired_change(*MOVIES)
    assert (found.mean_before, found.mean_after) == (pytest.approx(7.7), pytest.approx(8.7))
    assert (found.sd_before, found.sd_after) == (near(0, 0.949), near(0, 0.823))
    assert found.r == near(0, 0.7255)
    assert (found.t, found.df) == (near(0, 4.7434), 9)
    assert found.p == near(0, 0.00105)
    assert found.effects.d_z == near(0, 1.50)
    assert found.effects.d_av_lakens == near(0, 1.129)
    assert found.effects.d_av == near(0, 1.126)
    assert found.effects.d_rm == near(0, 1.111)


def test_case_4_sleep():
    found = paired_change(*SLEEP)
    assert found.mean_change == pytest.approx(1.58)
    assert (found.t, found.df) == (near(0, 4.0621), 9)
    assert found.p == near(0, 0.002833)
    assert (found.ci.low, found.ci.high) == (near(0, 0.7001142), near(0, 2.4598858))
    assert found.effects.d_z == near(0, 1.28456)
    interval = d_z_interval(d_z=found.effects.d_z, n=10)
    assert (interval.low, interval.high) == (near(0, 0.4146), near(0, 2.1180))
    assert hedges_j(9) == near(0, 0.913875)
    assert found.effects.g_z == near(0, 1.17392)
    differences = [after - before for before, after in zip(*SLEEP, strict=True)]
    exact = wilcoxon([value for value in differences if value], method="exact")
    assert exact.p == near(0, 0.00390625)
    assert wilcoxon(differences).n_used == 9


def test_case_5_depression():
    first_minus_second = [a - b for a, b in zip(*DEPRESSION, strict=True)]
    found = wilcoxon(first_minus_second)
    # V is the sum of positive ranks, 40 of 45; scipy gives the smaller one.
    assert found.statistic == 5
    assert found.p == near(0, 0.0390625)
    assert found.rank_biserial == near(0, 0.77778)


def test_case_6_a_pair_with_a_hole_is_left_out():
    found = paired_change([5.5, 2.4, nan, 9.6, 4.2], [6.4, 3.4, 6.4, 11, 4.8])
    assert found.n == 4
    assert found.t == near(0, 5.902)
    assert (found.ci.low, found.ci.high) == (near(0, 0.45), near(0, 1.50))
    assert found.effects.d_av == near(0, 0.306)
    assert found.p is None  # below six pairs none is printed
    assert "6 pairs" in found.reasons["p"]


def test_case_7_borenstein_from_the_summary():
    found = effect_from_summary(n=50, mean_change=3, sd_change=5.5, r=0.7)
    assert found.s_within == near(0, 7.1005)
    assert found.d == near(0, 0.4225)
    assert found.v_d == near(0, 0.0131)
    assert found.j == near(0, 0.9846)
    assert found.g == near(0, 0.4160)
    assert found.v_g == near(0, 0.0127)


def test_the_corrections_in_the_wild_differ_and_ours_is_exact():
    assert hedges_j(11) == near(0, 0.930)
    assert hedges_j(10) == pytest.approx(1 - 3 / 39, abs=1e-3)
    assert hedges_j(1) is None


def test_figures_are_found_again_from_published_summaries():
    found = paired_change(*THOMASON)
    sd = sd_from_se(se=found.se, n=12)
    assert sd == pytest.approx(found.sd_change)
    r = correlation_from_sds(sd_before=found.sd_before, sd_after=found.sd_after, sd_change=sd)
    assert r == pytest.approx(found.r)


def test_independent_groups_by_the_pooled_sd():
    # Borenstein et al. 2009, chapter 4: means 103 and 100, SDs 5.5 and 4.5, 50 each.
    found = groups_effect(n1=50, mean1=103, sd1=5.5, n2=50, mean2=100, sd2=4.5)
    assert found.pooled_sd == near(0, 5.0249)
    assert found.d == near(0, 0.5970)
    assert found.g == near(0, 0.5924)


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ([], [], "ci"),
        ([3], [4], "ci"),
        ([1, 2, 3], [2, 3, 4], "ci"),
        ([3, 3, 3, 3, 3, 3], [3, 3, 3, 3, 3, 3], "ci"),
        ([0.1, 0.2, 0.3], [0.2, 0.3, 0.4], "ci"),
    ],
)
def test_what_cannot_be_had_is_none_with_a_reason(before, after, why):
    found = paired_change(before, after)
    assert found.ci is None
    assert found.p is None
    assert found.reasons[why]


def test_the_bootstrap_is_found_again_and_gives_up_on_constants():
    first = d_av_interval(*THOMASON, resamples=499)
    assert first == d_av_interval(*THOMASON, resamples=499)
    assert first.low < 0.53543 < first.high
    assert d_av_interval([1] * 8, [2] * 8) is None


VALUES = st.lists(
    st.tuples(*[st.one_of(st.none(), st.floats(-1e4, 1e4), st.just(nan))] * 2), max_size=30
)


@settings(max_examples=150)
@given(VALUES)
def test_nothing_raises_and_the_interval_holds_the_mean(pairs):
    found = paired_change([a for a, _b in pairs], [b for _a, b in pairs])
    if found.ci:
        assert found.ci.low <= found.mean_change <= found.ci.high
    if found.p is not None:
        assert 0 <= found.p <= 1
        # The interval leaves out zero exactly where the test says so.
        if abs(found.p - 0.05) > 1e-6:
            assert (found.p < 0.05) == (not found.ci.low <= 0 <= found.ci.high)


@given(st.floats(-6, 6), st.integers(3, 200))
@settings(max_examples=60)
def test_the_interval_of_d_z_mirrors_and_holds_it(d_z, n):
    found, mirrored = d_z_interval(d_z=d_z, n=n), d_z_interval(d_z=-d_z, n=n)
    assert found.low <= d_z <= found.high
    assert (mirrored.low, mirrored.high) == (
        pytest.approx(-found.high, abs=1e-6),
        pytest.approx(-found.low, abs=1e-6),
    )


def test_holm_steps_down_and_never_reorders():
    assert holm({"a": 0.01, "b": 0.04, "c": 0.03}) == pytest.approx(
        {"a": 0.03, "b": 0.06, "c": 0.06}
    )
    assert holm({}) == {}
