"""Who is missing at the end, and how much it could matter (measurement handbook, 5.6).

No last value is carried forward. Dropouts are supposed to have changed by nothing, then by ever
more against the finding, until the finding no longer holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, sqrt
from statistics import fmean

from scipy import stats

from outcomes.engine.comparison import SMD_FLAG, baseline_smd
from outcomes.engine.spreads import sample_sd
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
    *,
    invited: int,
    before_completers: Sequence[float | None],
    before_others: Sequence[float | None],
) -> Attrition:
    """Return the flow and how those who stayed differ at the start from those who did not."""
    stayed = _known(before_completers)
    left = _known(before_others)
    smd = baseline_smd(stayed, left)
    return Attrition(
        invited=invited,
        baseline=len(stayed) + len(left),
        paired=len(stayed),
        smd=smd,
        is_unlike=smd is not None and abs(smd) > SMD_FLAG,
        is_thin=len(stayed) < THIN_SHARE * invited,
    )


def _known(values: Sequence[float | None]) -> list[float]:
    return [float(value) for value in values if value is not None and isfinite(value)]


def tipping_point(changes: Sequence[float | None], *, dropouts: int) -> TippingPoint:
    """Return how unlike the completers the `dropouts` must have been."""
    used = _known(changes)
    n = len(used)
    if n < 3 or dropouts < 0 or not (sd := sample_sd(used)):
        return TippingPoint(None, None, None, None, None, "too few changes, or all alike")
    half = float(stats.t.ppf(0.975, n - 1)) * sd / sqrt(n)
    return tipping_point_of(mean=fmean(used), half=half, n=n, dropouts=dropouts)
