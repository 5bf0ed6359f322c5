"""Who is missing at the end, and how much it could matter (measurement handbook, 5.6).

No last value is carried forward. Dropouts are supposed to have changed by nothing, then by ever
more against the finding, until the finding no longer holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, sqrt

import numpy as np
from scipy import stats

from outcomes.engine.comparison import SMD_FLAG, baseline_smd

THIN_SHARE = 0.6


@dataclass(frozen=True)
class Attrition:
    invited: int
    baseline: int
    paired: int
    smd: float | None  # completers minus the others, at baseline
    is_unlike: bool  # |smd| above .25
    is_thin: bool  # fewer than 60 % of the invited in both rounds: a banner


def attrition(
    *, invited: int, before_completers: Sequence[float], before_others: Sequence[float]
) -> Attrition:
    """Return the flow and how those who stayed differ at the start from those who did not."""
    stayed = [value for value in before_completers if isfinite(value)]
    left = [value for value in before_others if isfinite(value)]
    smd = baseline_smd(stayed, left)
    return Attrition(
        invited=invited,
        baseline=len(stayed) + len(left),
        paired=len(stayed),
        smd=smd,
        is_unlike=smd is not None and abs(smd) > SMD_FLAG,
        is_thin=len(stayed) < THIN_SHARE * invited,
    )


@dataclass(frozen=True)
class TippingPoint:
    """What the dropouts must have changed by, on average, for the finding to go."""

    change_if_unchanged: float | None  # mean change of all, dropouts 0
    low_if_unchanged: float | None
    high_if_unchanged: float | None
    holds_if_unchanged: bool | None  # its interval does not reach 0
    tips_at: float | None  # mean change of dropouts; None: see `reason`
    reason: str = ""


def tipping_point(changes: Sequence[float], *, dropouts: int) -> TippingPoint:
    """Return how unlike the completers the `dropouts` must have been.

    The interval of everybody is mean ± t(.975, n - 1)·s/√n with the dropouts all at one change and
    the spread s of the completers, so that invented people do not narrow it by being alike. The
    point at which an end of it reaches 0 is then exact: no search.
    """
    used = np.array([value for value in changes if isfinite(value)])
    n = len(used)
    if n < 3 or dropouts < 0 or np.ptp(used) == 0:
        return TippingPoint(None, None, None, None, None, "too few changes, or all alike")
    everybody = n + dropouts
    # Completers' information only: dropouts add no certainty.
    half = float(stats.t.ppf(0.975, n - 1)) * float(used.std(ddof=1)) / sqrt(n)
    total = float(used.sum())
    mean = total / everybody
    low, high = mean - half, mean + half
    observed = total / n
    if abs(observed) <= half:
        reason = "the completers' own interval already reaches 0"
        return TippingPoint(mean, low, high, False, None, reason)
    if dropouts == 0:
        return TippingPoint(mean, low, high, True, None, "nobody dropped out")
    border = half if observed > 0 else -half
    tips_at = (border * everybody - total) / dropouts
    return TippingPoint(mean, low, high, abs(mean) > half, tips_at)
