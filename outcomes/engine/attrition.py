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
from outcomes.engine.tipping_points import TippingPoint, tipping_point_of

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


def tipping_point(changes: Sequence[float], *, dropouts: int) -> TippingPoint:
    """Return how unlike the completers the `dropouts` must have been."""
    used = np.array([value for value in changes if isfinite(value)])
    n = len(used)
    if n < 3 or dropouts < 0 or np.ptp(used) == 0:
        return TippingPoint(None, None, None, None, None, "too few changes, or all alike")
    half = float(stats.t.ppf(0.975, n - 1)) * float(used.std(ddof=1)) / sqrt(n)
    return tipping_point_of(mean=float(used.mean()), half=half, n=n, dropouts=dropouts)
