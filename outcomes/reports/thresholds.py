"""The smallest groups in force under a contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

from outcomes.engine.disclosure import threshold

if TYPE_CHECKING:
    from programs.models import Engagement


def thresholds_of(engagement: Engagement) -> dict[str, int]:
    """By family of figures: the floor, or what the contract raised it to."""
    return {
        "means": threshold("means", engagement.threshold_means),
        "distributions": threshold("distributions", engagement.threshold_distributions),
        "reliable_change": threshold("reliable_change", engagement.threshold_reliable_change),
    }
