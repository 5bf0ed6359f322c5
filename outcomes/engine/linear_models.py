"""Least squares with standard errors that hold when spreads differ. statsmodels computes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, sqrt

import numpy as np
from scipy import stats

SINGULAR = "the columns cannot be told apart, or too few people for them"
LEVERAGE = "one person alone decides a coefficient"
TOO_LARGE = "the values are too large to reckon with"
LARGEST = 1e150  # its square is no float
EXACT = "the model fits without any remainder"


@dataclass(frozen=True)
class Estimate:
    """A coefficient in units of the outcome; every figure None with a `reason` if not to be had."""

    value: float | None
    se: float | None
    low: float | None  # 95 %
    high: float | None
    p: float | None  # two-sided
    df: float | None
    method: str
    reason: str = ""

    @classmethod
    def none(cls, method: str, reason: str) -> Estimate:
        return cls(None, None, None, None, None, None, method, reason)


def estimate(*, value: float, se: float, df: float, method: str) -> Estimate:
    """Return value, interval and p by Student's t with `df` degrees of freedom."""
    if not (isfinite(value) and isfinite(se) and se > 0 and df > 0):
        return Estimate.none(method, EXACT)
    half = float(stats.t.ppf(0.975, df)) * se
    p = 2 * float(stats.t.sf(abs(value / se), df))
    return Estimate(value, se, value - half, value + half, p, df, method)


def least_squares(
    outcome: Sequence[float],
    columns: Mapping[str, Sequence[float]],
    *,
    wanted: str,
    method: str,
    clusters: Sequence[int] | None = None,
) -> Estimate:
    """Regress `outcome` on an intercept and `columns`; return the coefficient of `wanted`.

    Standard errors are HC3 (MacKinnon and White 1985), or cluster-robust when `clusters` are given,
    then with (number of clusters - 1) degrees of freedom.
    """
    y = np.asarray(outcome, dtype=float)
    x = np.column_stack([np.ones(len(y)), *(np.asarray(c, dtype=float) for c in columns.values())])
    n, k = x.shape
    if n <= k or np.linalg.matrix_rank(x) < k:
        return Estimate.none(method, SINGULAR)
    if not max(np.abs(y).max(), np.abs(x).max()) < LARGEST:
        return Estimate.none(method, TOO_LARGE)
    place = 1 + list(columns).index(wanted)
    left_over = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    if np.abs(left_over).max() <= 1e-9 * max(1.0, np.abs(y).max()):
        return Estimate.none(method, EXACT)
    from statsmodels.regression.linear_model import OLS  # noqa: PLC0415 - slow

    if clusters is None:
        leverage = np.einsum("ij,ij->i", x @ np.linalg.inv(x.T @ x), x)
        if leverage.max() > 1 - 1e-9:
            return Estimate.none(method, LEVERAGE)
        fit, df = OLS(y, x).fit(cov_type="HC3"), float(n - k)
    else:
        groups = np.unique(np.asarray(clusters), return_inverse=True)[1]
        df = float(groups.max())  # clusters - 1
        if df < 1:
            return Estimate.none(method, SINGULAR)
        fit = OLS(y, x).fit(cov_type="cluster", cov_kwds={"groups": groups})
    # Without spread within clusters rounding leaves a whisker, of either sign.
    variance = float(fit.cov_params()[place, place])
    if not variance > 1e-18 * max(1.0, float(np.abs(y).max())) ** 2:
        return Estimate.none(method, EXACT)
    return estimate(value=float(fit.params[place]), se=sqrt(variance), df=df, method=method)


@dataclass(frozen=True)
class FTest:
    """A term of an analysis of covariance, type II: the model with it against that without."""

    f: float
    df1: int
    df2: int
    p: float
    sum_of_squares: float
    partial_eta_squared: float


def covariance_tests(
    outcome: Sequence[float], group: Sequence[str], covariate: Sequence[float]
) -> dict[str, FTest] | None:
    """Test any number of groups, and the covariate, each adjusted for the other.

    F = ((RSS without - RSS with) / df1) / (RSS with / df2). None where it cannot be computed.
    """
    rows = [
        (value, label, beside)
        for value, label, beside in zip(outcome, group, covariate, strict=True)
        if value is not None and beside is not None and isfinite(value) and isfinite(beside)
    ]
    y, other = (np.array([row[place] for row in rows], dtype=float) for place in (0, 2))
    group = [row[1] for row in rows]
    labels = sorted(set(group))
    one = np.ones((len(y), 1))
    dummies = np.array([[float(g == label) for label in labels[1:]] for g in group])
    dummies = dummies.reshape(len(y), max(0, len(labels) - 1))
    full = np.column_stack([one, dummies, other])
    n, k = full.shape
    if len(labels) < 2 or n <= k or np.linalg.matrix_rank(full) < k:
        return None
    rss, df2 = _rss(y, full), n - k
    if rss <= 1e-12 * max(1.0, float(y @ y)):
        return None
    found = {}
    for name, without, df1 in (
        ("group", np.column_stack([one, other]), len(labels) - 1),
        ("covariate", np.column_stack([one, dummies]), 1),
    ):
        explained = _rss(y, without) - rss
        f = (explained / df1) / (rss / df2)
        p = float(stats.f.sf(f, df1, df2))
        found[name] = FTest(f, df1, df2, p, explained, explained / (explained + rss))
    return found


def _rss(y: np.ndarray, x: np.ndarray) -> float:
    rest = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    return float(rest @ rest)
