"""How well the items of a scale hang together: Cronbach's alpha with Feldt's interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isfinite

import numpy as np
from scipy import stats


@dataclass(frozen=True)
class Alpha:
    """α = k/(k-1) · (1 - Σ item variances / variance of the sum), over `n` people, `k` items."""

    value: float | None
    low: float | None  # 95 %, Feldt 1965
    high: float | None
    n: int
    k: int
    method: str
    reason: str = ""


def cronbach_alpha(
    answers: Sequence[Sequence[float | None]], *, is_pairwise: bool = False
) -> Alpha:
    """Return alpha of `answers`, one row per person, items reversed where they are.

    Args:
        is_pairwise: covariances from everybody who answered both items, as SPSS and pingouin offer;
            else only from people who answered all. The interval then counts everybody who answered any.

    Raises:
        ValueError: rows are not of one length.
    """
    method = "pairwise" if is_pairwise else "listwise"
    k = len(answers[0]) if len(answers) else 0
    if any(len(row) != k for row in answers):
        raise ValueError("every person needs a place for every item")
    table = np.array(
        [[np.nan if v is None or not isfinite(v) else float(v) for v in row] for row in answers]
    ).reshape(len(answers), k)
    unanswered = np.isnan(table)
    table = table[~(unanswered.all(axis=1) if is_pairwise else unanswered.any(axis=1))]
    n = len(table)
    if n < 3 or k < 2:
        return Alpha(None, None, None, n, k, method, "needs three people and two items")
    covariance = _covariance(table)
    if covariance is None or not 1e-12 < covariance.sum() < inf:
        return Alpha(None, None, None, n, k, method, "the answers do not vary together")
    alpha = k / (k - 1) * (1 - float(np.trace(covariance)) / float(covariance.sum()))
    df1, df2 = n - 1, (n - 1) * (k - 1)
    low = 1 - (1 - alpha) * float(stats.f.ppf(0.975, df1, df2))
    high = 1 - (1 - alpha) * float(stats.f.ppf(0.025, df1, df2))
    return Alpha(alpha, low, high, n, k, method)


def _covariance(table: np.ndarray) -> np.ndarray | None:
    k = table.shape[1]
    found = np.zeros((k, k))
    for i in range(k):
        for j in range(i, k):
            both = ~np.isnan(table[:, i]) & ~np.isnan(table[:, j])
            if both.sum() < 2:
                return None
            x, y = table[both, i], table[both, j]
            with np.errstate(over="ignore", invalid="ignore"):  # asked by who calls
                found[i, j] = found[j, i] = float(
                    ((x - x.mean()) * (y - y.mean())).sum() / (both.sum() - 1)
                )
    return found
