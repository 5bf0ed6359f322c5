"""Several outcomes at once: one is declared beforehand, the others are corrected (Holm 1979)."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """Return the adjusted p of each; compare with .05 as usual. NaN is no test and not counted."""
    ordered = sorted(
        (key for key in p_values if not isnan(p_values[key])), key=lambda key: (p_values[key], key)
    )
    adjusted, highest = {}, 0.0
    for place, key in enumerate(ordered):
        highest = max(highest, min(1.0, (len(ordered) - place) * p_values[key]))
        adjusted[key] = highest
    return {key: adjusted[key] for key in p_values if key in adjusted}
