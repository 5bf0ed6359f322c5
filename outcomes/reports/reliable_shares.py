"""How many of a group changed by more than measurement error: pooled, never of fewer than twenty.

The error comes from published figures of the scale, never from the cohort; a scale without them has
no shares. Who began too near the end of the scale to improve reliably is not counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from outcomes.engine.disclosure import merged_categories, rounded_percent
from outcomes.engine.ledger import is_safe
from outcomes.engine.reliable_change import (
    Reliability,
    can_improve,
    classify,
    from_detectable_change,
    from_retest,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from outcomes.engine.instruments import Subscale
    from outcomes.reports.cohort_outcomes import MetricOutcome

CLASSES = ("improved", "unchanged", "deteriorated")
FEWEST = 3  # in a class; also of those who are left out, if anybody is


@dataclass(frozen=True)
class ReliableCounts:
    members: frozenset[int]  # who could improve reliably
    counts: tuple[int, int, int]  # of `members`, by CLASSES
    left_out: int
    all_worse: int  # of everybody, those left out too


def reliability_of(subscale: Subscale) -> Reliability | None:
    """The measurement error of a scale as its authors published it; None if they did not."""
    known = subscale.reliable_change
    if "mdc" in known:
        given = known[
            "mdc"
        ]  # of several published ones the largest: the fewest are called reliable
        return from_detectable_change(float(max(given) if isinstance(given, list) else given))
    if "sd" in known and "r" in known:
        return from_retest(sd=float(known["sd"]), r=float(known["r"]))
    return None


def reliable_counts(
    *, subscale: Subscale, pairs: Mapping[int, tuple[float, float]]
) -> ReliableCounts | None:
    """Count who changed how; None for a scale without published reliability.

    No scale that is shipped has clinical norms, so nobody is called recovered or harmed.
    """
    reliability = reliability_of(subscale)
    if reliability is None:
        return None
    members = [
        one
        for one, (before, _after) in pairs.items()
        if can_improve(
            before=before,
            low=subscale.low,
            high=subscale.high,
            direction=subscale.direction,
            rc95=reliability.rc95,
        )
    ]
    classes = {
        one: classify(
            before=before, after=after, reliability=reliability, direction=subscale.direction
        )
        for one, (before, after) in pairs.items()
    }
    found = [classes[one] for one in members]
    improved, unchanged, deteriorated = (found.count(name) for name in CLASSES)
    return ReliableCounts(
        members=frozenset(members),
        counts=(improved, unchanged, deteriorated),
        left_out=len(pairs) - len(members),
        all_worse=list(classes.values()).count("deteriorated"),
    )


def reliable_shares(
    outcome: MetricOutcome, *, k: int, published: Sequence[Collection[int]]
) -> tuple[dict[str, Any] | None, frozenset[int]]:
    """Return the shares as a release may hold them, and the people behind them; or None, nobody.

    Args:
        published: the people behind the same shares as released before.
    """
    metric = outcome.metric
    pairs = {one: (metric.before[one], metric.after[one]) for one in outcome.members}
    found = reliable_counts(subscale=metric.subscale, pairs=pairs)
    nothing: tuple[None, frozenset[int]] = (None, frozenset())
    if found is None or len(found.members) < k or 0 < found.left_out < FEWEST:
        return nothing
    merged = merged_categories(found.counts, smallest=FEWEST)
    if merged is None or not is_safe(published=published, candidate=[found.members], k=k):
        return nothing
    total = len(found.members)
    parts = [
        {
            "classes": list(CLASSES[first : last + 1]),
            "percent": rounded_percent(sum(found.counts[first : last + 1]) / total),
        }
        for first, last in merged
    ]
    return {"n": total, "left_out": found.left_out, "parts": parts}, found.members
