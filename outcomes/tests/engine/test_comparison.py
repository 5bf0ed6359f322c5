"""Two groups beside each other: reference case 13, second formulas, odd data."""

from math import nan, sqrt

import numpy as np
import pytest

from outcomes.engine.comparison import (
    NOT_RANDOMIZED,
    ArmSummary,
    Case,
    baseline_smd,
    claim_note,
    complier_effect,
    difference_in_differences,
    dose_response,
    morris_difference,
    smcr_difference,
    waitlist_comparison,
)
from outcomes.engine.effect_sizes import hedges_j
from outcomes.engine.linear_models import covariance_tests, least_squares

# Case 13: the teaching data named "ancova", as the handbook cites it. Score, income, method.
METHODS = {
    "A": (
        [12, 39, 36, 17, 25, 15, 8, 31],
        [17.5, 104.6, 64.7, 47, 22, 12.4, 20, 79.7],
    ),
    "B": (
        [45, 37, 13, 50, 35, 40, 33, 17],
        [70.8, 45.9, 47.5, 77.8, 70.9, 84.8, 49.8, 34.6],
    ),
    "C": (
        [20, 42, 31, 24, 15, 13, 9, 21, 31, 13],
        [71.4, 55, 54, 27.9, 40.6, 33, 22.2, 80.5, 80, 41],
    ),
    "D": (
        [12, 10, 19, 18, 14, 8, 7, 19, 25, 26],
        [35, 33, 34.2, 43.2, 20, 37, 28.2, 46.4, 64.9, 59.4],
    ),
}
PAIRS = [
    (1, 10, 14),
    (1, 12, 15),
    (1, 9, 15),
    (1, 14, 16),
    (1, 11, 12),
    (0, 11, 12),
    (0, 13, 12),
    (0, 9, 11),
    (0, 12, 12),
    (0, 10, 13),
]
CASES = [Case(number, *row) for number, row in enumerate(PAIRS)]


def test_case_13_covariance():
    scores = [value for method in "ABCD" for value in METHODS[method][0]]
    income = [value for method in "ABCD" for value in METHODS[method][1]]
    methods = [method for method in "ABCD" for _value in METHODS[method][0]]
    found = covariance_tests(scores, methods, income)
    method = found["group"]
    assert method.sum_of_squares == pytest.approx(571.029883, abs=1e-6)
    assert (method.df1, method.df2) == (3, 31)
    assert method.f == pytest.approx(3.336482, abs=1e-6)
    assert method.p == pytest.approx(0.031940, abs=1e-6)
    assert method.partial_eta_squared == pytest.approx(0.244077, abs=1e-6)
    assert found["covariate"].f == pytest.approx(29.419438, abs=1e-6)


def test_hc3_by_its_own_formula():
    found = waitlist_comparison(CASES)
    x = np.array([[1.0, case.arm, case.before] for case in CASES])
    y = np.array([case.after for case in CASES], dtype=float)
    bread = np.linalg.inv(x.T @ x)
    beta = bread @ x.T @ y
    leverage = np.diag(x @ bread @ x.T)
    meat = (((y - x @ beta) / (1 - leverage)) ** 2)[:, None] * x
    se = sqrt((bread @ (x.T @ meat) @ bread)[1, 1])
    assert found.difference.value == pytest.approx(beta[1])
    assert found.difference.se == pytest.approx(se)
    assert found.difference.df == 7
    assert found.label == "randomized"
    pooled = sqrt((np.var([10, 12, 9, 14, 11], ddof=1) + np.var([11, 13, 9, 12, 10], ddof=1)) / 2)
    assert found.g == pytest.approx(hedges_j(8) * beta[1] / pooled)


def test_difference_in_differences_is_the_difference_of_the_changes():
    found = difference_in_differences(CASES)
    changes = {arm: [c.after - c.before for c in CASES if c.arm == arm] for arm in (0, 1)}
    assert found.difference.value == pytest.approx(np.mean(changes[1]) - np.mean(changes[0]))
    assert found.label == NOT_RANDOMIZED
    assert found.difference.method.endswith("clustered by person")
    assert found.difference.df == 9
    # Clustered by person, two rows each: the sandwich is the sum of the squared centered changes.
    variance = sum(np.var(values) / len(values) for values in changes.values())
    small = (10 / 9) * (19 / 16)  # clusters, then rows and columns
    assert found.difference.se == pytest.approx(sqrt(variance * small))


def test_twenty_units_are_clustered_by_unit():
    many = [Case(n, n % 2, n % 5, n % 7, unit=n // 2) for n in range(40)]
    assert difference_in_differences(many).difference.method.endswith("clustered by unit")


def test_standardized_differences_by_hand():
    program, other = ArmSummary(20, 4.0, 8.0, 0.6), ArmSummary(18, 1.0, 9.0, 0.5)
    found = smcr_difference(program, other)
    g1, g2 = hedges_j(19) * 0.5, hedges_j(17) / 9
    assert found.value == pytest.approx(g1 - g2)
    assert found.variance == pytest.approx(0.8 / 20 + g1**2 / 40 + 1.0 / 18 + g2**2 / 36)
    morris = morris_difference(program, other)
    pooled = sqrt((19 * 64 + 17 * 81) / 36)
    assert morris.value == pytest.approx((1 - 3 / 143) * 3 / pooled)


def test_dose_response_finds_what_was_put_in_and_says_what_it_is_not():
    sessions, before = [1, 2, 3, 4, 5, 6, 2, 4], [10, 14, 9, 12, 15, 8, 13, 11]
    noise = [0.1, -0.2, 0.15, -0.1, 0.05, -0.05, 0.1, -0.05]
    change = [2 * s - 0.5 * b + e for s, b, e in zip(sessions, before, noise, strict=True)]
    found = dose_response(change=change, sessions=sessions, before=before)
    assert found.value == pytest.approx(2, abs=0.05)
    assert "may differ" in found.method


def test_complier_effect_is_two_stage_least_squares():
    came = [True, True, True, False, True, False, False, True, False, False]
    found = complier_effect(CASES, attended=came)
    z = np.array([[1.0, c.arm] for c in CASES])
    x = np.array([[1.0, float(a)] for a in came])
    y = np.array([c.after - c.before for c in CASES], dtype=float)
    assert found.value == pytest.approx(np.linalg.solve(z.T @ x, z.T @ y)[1])
    assert found.se > 0


def test_where_everybody_allocated_came_it_is_the_plain_difference():
    found = complier_effect(CASES, attended=[case.arm == 1 for case in CASES])
    plain = difference_in_differences(CASES).difference
    assert found.value == pytest.approx(plain.value)


ODD = {
    "nobody": [],
    "one": CASES[:1],
    "two": [CASES[0], CASES[5]],
    "one arm": CASES[:5],
    "all alike": [Case(n, n % 2, 5, 5) for n in range(8)],
    "no spread before": [Case(n, n % 2, 5, n) for n in range(8)],
    "not numbers": [Case(n, n % 2, nan, 3) for n in range(8)],
    "constant change": [Case(n, n % 2, n, n + 1 + n % 2) for n in range(8)],
    "one alone in an arm": [Case(n, int(n == 0), n * n % 7, n % 3) for n in range(8)],
}


@pytest.mark.parametrize("name", ODD)
def test_odd_data_gives_a_reason_and_no_error(name):
    cases = ODD[name]
    for found in (
        waitlist_comparison(cases).difference,
        difference_in_differences(cases).difference,
        complier_effect(cases, attended=[case.arm == 1 for case in cases]),
        dose_response(
            change=[c.after - c.before for c in cases],
            sessions=[1.0] * len(cases),
            before=[c.before for c in cases],
        ),
    ):
        assert (found.value is None) == bool(found.reason)
        assert found.value is None or found.se > 0
    assert baseline_smd([], [1, 2]) is None


def test_arms_too_small_or_alike_have_no_standardized_difference():
    fine, tiny, alike = (
        ArmSummary(20, 4, 8, 0.6),
        ArmSummary(2, 4, 8, 0.6),
        ArmSummary(20, 4, 0, 0.6),
    )
    assert smcr_difference(fine, tiny).value is None
    assert smcr_difference(fine, alike).value is None
    assert morris_difference(fine, ArmSummary(1, 4, 8, 0.6)).value is None
    assert morris_difference(alike, alike).reason


def test_a_coefficient_resting_on_one_person_is_withheld():
    found = least_squares(
        [1.0, 2.0, 4.0, 3.0], {"alone": [1, 0, 0, 0]}, wanted="alone", method="test"
    )
    assert (found.value, found.reason) == (None, "one person alone decides a coefficient")


def test_covariance_that_cannot_be_computed_is_none():
    assert covariance_tests([1, 2, 3], ["a", "a", "a"], [1, 2, 3]) is None
    assert covariance_tests([], [], []) is None
    assert covariance_tests([1, 1, 1, 1, 1], list("aabbb"), [1, 2, 3, 1, 2]) is None


def test_selected_for_their_score_and_no_group_beside_them():
    assert "regression to the mean" in claim_note(entry_was_by_score=True, has_comparison=False)
    assert claim_note(entry_was_by_score=True, has_comparison=True) == ""
