"""A group with the program beside a group without it (measurement handbook, 5.5).

Only a comparison with a drawn lot is called an effect; everything else says what it is. Values are
in scale points, as given: orient them before. Nothing here raises on odd data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, sqrt

import numpy as np

from outcomes.engine.effect_sizes import hedges_j
from outcomes.engine.linear_models import SINGULAR, Estimate, estimate, least_squares
from outcomes.engine.spreads import sample_sd

NOT_RANDOMIZED = "not randomized"
ATTENDANCE_CAPTION = "people who attended more may differ"
REGRESSION_NOTE = (
    "People were chosen for their score, so part of the change is regression to the mean; "
    "without a comparison group nothing is claimed."
)
MIN_UNITS = 20  # to cluster by unit instead of by person
SMD_FLAG = 0.25
UNKNOWN = "a figure of an arm is not known"


@dataclass(frozen=True)
class Case:
    """One person with both values. `arm` is as allocated, whatever became of the person."""

    person: int
    arm: int  # 1 program, 0 comparison
    before: float
    after: float
    unit: int = 0

    @property
    def is_complete(self) -> bool:
        return _is_there(self.before) and _is_there(self.after)


def complete(cases: Sequence[Case]) -> list[Case]:
    """Those with two finite values."""
    return [case for case in cases if case.is_complete]


def _is_there(value: float | None) -> bool:
    """Tell whether a value is known; what comes from a table may be None as well as NaN."""
    return value is not None and isfinite(value)


@dataclass(frozen=True)
class Comparison:
    n_program: int
    n_comparison: int
    difference: Estimate  # program minus comparison, in scale points
    g: float | None  # the difference by the pooled SD before, times J(n - 2)
    correction: str
    label: str
    spread: float | None = None  # the pooled SD before


def waitlist_comparison(cases: Sequence[Case]) -> Comparison:
    """Randomized: after ~ arm + before, HC3 (analysis of covariance, Vickers and Altman 2001)."""
    used = complete(cases)
    difference = least_squares(
        [case.after for case in used],
        {"arm": [case.arm for case in used], "before": [case.before for case in used]},
        wanted="arm",
        method="analysis of covariance, HC3",
    )
    return _comparison(used, difference, "randomized")


def difference_in_differences(cases: Sequence[Case], *, is_randomized: bool = False) -> Comparison:
    """Score ~ arm * time, errors clustered by person, or by unit from 20 units on."""
    used = complete(cases)
    by_unit = len({case.unit for case in used}) >= MIN_UNITS
    rows = [(case, time) for case in used for time in (0, 1)]
    difference = least_squares(
        [case.after if time else case.before for case, time in rows],
        {
            "arm": [case.arm for case, _time in rows],
            "time": [time for _case, time in rows],
            "both": [case.arm * time for case, time in rows],
        },
        wanted="both",
        method=f"difference in differences, clustered by {'unit' if by_unit else 'person'}",
        clusters=[case.unit if by_unit else case.person for case, _time in rows],
    )
    return _comparison(used, difference, "randomized" if is_randomized else NOT_RANDOMIZED)


def _comparison(used: Sequence[Case], difference: Estimate, label: str) -> Comparison:
    program, other = ([case for case in used if case.arm == arm] for arm in (1, 0))
    spread = _pooled([case.before for case in program], [case.before for case in other])
    j = hedges_j(len(used) - 2)
    g = None
    if difference.value is not None and spread and j is not None:
        g = j * difference.value / spread
    correction = "exact J, n₁ + n₂ − 2 degrees of freedom; by the pooled SD before"
    return Comparison(len(program), len(other), difference, g, correction, label, spread)


def _pooled(first: Sequence[float], second: Sequence[float]) -> float | None:
    m = len(first) + len(second) - 2
    if min(len(first), len(second)) < 2:
        return None
    squares = sum((len(x) - 1) * sample_sd(x) ** 2 for x in (first, second))
    return sqrt(squares / m) or None


def baseline_smd(first: Sequence[float | None], second: Sequence[float | None]) -> float | None:
    """Return the standardized difference first minus second; above .25 it is flagged.

    By √((s₁² + s₂²) / 2), as balance is judged (Austin 2009). None without spread or two people.
    A missing value is left out.
    """
    one, other = (
        [value for value in values if value is not None and _is_there(value)]
        for values in (first, second)
    )
    if min(len(one), len(other)) < 2:
        return None
    spread = sqrt((sample_sd(one) ** 2 + sample_sd(other) ** 2) / 2)
    return float(np.mean(one) - np.mean(other)) / spread if spread else None


@dataclass(frozen=True)
class ArmSummary:
    """Change of one arm, from its own pairs or from a publication."""

    n: int
    mean_change: float
    sd_before: float
    r: float  # of before and after


@dataclass(frozen=True)
class StandardizedDifference:
    value: float | None
    variance: float | None
    method: str
    reason: str = ""


def smcr_difference(program: ArmSummary, other: ArmSummary) -> StandardizedDifference:
    """g_T - g_C, each J(n-1) · D̄ / own SD before; variance 2(1-r)/n + g²/2n per arm, added.

    Becker 1988; the raw-score metric "SMCR".
    """
    method = "SMCR: each change by its own SD before, exact J"
    parts = []
    for arm in (program, other):
        j = hedges_j(arm.n - 1)
        if j is None or not arm.sd_before > 0:
            return StandardizedDifference(None, None, method, "an arm is too small or all alike")
        if not (isfinite(arm.mean_change) and -1 <= arm.r <= 1):
            return StandardizedDifference(None, None, method, UNKNOWN)
        g = j * arm.mean_change / arm.sd_before
        parts.append((g, 2 * (1 - arm.r) / arm.n + g**2 / (2 * arm.n)))
    return StandardizedDifference(parts[0][0] - parts[1][0], parts[0][1] + parts[1][1], method)


def morris_difference(program: ArmSummary, other: ArmSummary) -> StandardizedDifference:
    """d_ppc2 = c_P (D̄_T - D̄_C) / pooled SD before; c_P = 1 - 3/(4m - 1), m = n_T + n_C - 2.

    Morris 2008 (doi 10.1177/1094428106291059). Its variance is not given here.
    """
    method = "Morris d_ppc2: by the pooled SD before, approximate correction"
    m = program.n + other.n - 2
    if min(program.n, other.n) < 2:
        return StandardizedDifference(None, None, method, "an arm is too small")
    squares = sum((arm.n - 1) * arm.sd_before**2 for arm in (program, other))
    if not squares > 0:
        return StandardizedDifference(None, None, method, "all began alike")
    difference = program.mean_change - other.mean_change
    if not isfinite(difference):
        return StandardizedDifference(None, None, method, UNKNOWN)
    return StandardizedDifference(
        (1 - 3 / (4 * m - 1)) * difference / sqrt(squares / m), None, method
    )


def dose_response(
    *, change: Sequence[float], sessions: Sequence[float], before: Sequence[float]
) -> Estimate:
    """Change per session attended, at the same start. To be shown with `ATTENDANCE_CAPTION` only.

    Raises:
        ValueError: the three are not of one length.
    """
    rows = [
        row
        for row in zip(change, sessions, before, strict=True)
        if all(_is_there(value) for value in row)
    ]
    return least_squares(
        [row[0] for row in rows],
        {"sessions": [row[1] for row in rows], "before": [row[2] for row in rows]},
        wanted="sessions",
        method=f"change ~ sessions + before, HC3; {ATTENDANCE_CAPTION}",
    )


def complier_effect(cases: Sequence[Case], *, attended: Sequence[bool]) -> Estimate:
    """Effect on those who attend because they were allocated: the Wald estimator on changes.

    (mean change by arm, difference) / (share attending by arm, difference): two-stage least squares
    with the allocation as only instrument. Standard error by the delta method, with the covariance
    of change and attendance within arms (Imbens and Angrist 1994).

    Raises:
        ValueError: `attended` is not as long as `cases`.
    """
    method = "complier average effect: Wald estimator, delta method"
    rows = [
        (case.arm, case.after - case.before, float(came))
        for case, came in zip(cases, attended, strict=True)
        if case.is_complete
    ]
    arms = [np.array([row[1:] for row in rows if row[0] == arm]) for arm in (1, 0)]
    if min(len(arm) for arm in arms) < 2:
        return Estimate.none(method, SINGULAR)
    change, came = arms[0].mean(axis=0) - arms[1].mean(axis=0)
    if abs(came) < 1e-9:
        return Estimate.none(method, "both arms attended alike")
    ratio = float(change / came)
    # The variance of (change - ratio * attended) in each arm holds all three terms at once.
    variance = sum(float(np.var(arm[:, 0] - ratio * arm[:, 1], ddof=1)) / len(arm) for arm in arms)
    se = sqrt(variance) / abs(float(came))
    return estimate(value=ratio, se=se, df=len(rows) - 2, method=method)


def claim_note(*, entry_was_by_score: bool, has_comparison: bool) -> str:
    """What must stand beside a change when people were let in by their score; else ""."""
    return REGRESSION_NOTE if entry_was_by_score and not has_comparison else ""
