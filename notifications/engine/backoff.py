"""How long to wait before trying again: exponential, capped, with full jitter."""

from __future__ import annotations

from collections.abc import Callable

FIRST_S = 60
LONGEST_S = 1800
MOST_ATTEMPTS = 8


def delay_seconds(*, attempts: int, uniform: Callable[[float, float], float]) -> float:
    """Return the seconds to wait after `attempts` failed ones: 0 to min(30 min, 60 s x 2^n)."""
    return uniform(0, min(LONGEST_S, FIRST_S * 2 ** max(0, attempts - 1)))
