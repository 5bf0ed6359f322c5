"""The spread of values, in which the whisker that rounding leaves between equal ones is none."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

# 37/12 seven times over has, in floats, an SD of 5e-16; a change divided by it is no effect size.
WHISKER = 1e-12


def sample_sd(values: Sequence[float], *, largest: float | None = None) -> float:
    """Return the SD by n - 1; exactly 0 where all values are the same but for rounding.

    Args:
        largest: the largest size among the values these were worked out of, whose rounding they
            carry; without it their own.
    """
    found = np.asarray(values, dtype=float)
    with np.errstate(over="ignore", invalid="ignore"):
        sd = float(np.std(found, ddof=1))
    size = float(np.abs(found).max()) if largest is None else largest
    return 0.0 if sd <= WHISKER * size else sd
