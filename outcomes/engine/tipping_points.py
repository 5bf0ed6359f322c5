"""How unlike the others those who did not answer again must have been (measurement handbook, 5.6).

Dropouts are supposed to have changed by nothing, then by ever more against the finding, until it no
longer holds. Pure Python: pages work it out of published figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite


@dataclass(frozen=True)
class TippingPoint:
    """What the dropouts must have changed by, on average, for the finding to go."""

    change_if_unchanged: float | None  # mean change of all, dropouts 0
    low_if_unchanged: float | None
    high_if_unchanged: float | None
    holds_if_unchanged: bool | None  # its interval does not reach 0
    tips_at: float | None  # mean change of dropouts; None: see `reason`
    reason: str = ""


def tipping_point_of(*, mean: float, half: float, n: int, dropouts: int) -> TippingPoint:
    """The same from what is published: the completers' mean change and half its interval.

    The interval of everybody is their mean ± `half` with the dropouts all at one change, so that
    invented people do not narrow it by being alike: they add no certainty. The point at which an
    end of it reaches 0 is then exact: no search.
    """
    if n < 1 or dropouts < 0 or not (isfinite(mean) and isfinite(half)):
        return TippingPoint(None, None, None, None, None, "nobody's change is known")
    everybody = n + dropouts
    total = mean * n
    overall = total / everybody
    low, high = overall - half, overall + half
    if abs(mean) <= half:
        reason = "the completers' own interval already reaches 0"
        return TippingPoint(overall, low, high, False, None, reason)
    if dropouts == 0:
        return TippingPoint(overall, low, high, True, None, "nobody dropped out")
    border = half if mean > 0 else -half
    tips_at = (border * everybody - total) / dropouts
    return TippingPoint(overall, low, high, abs(overall) > half, tips_at)
