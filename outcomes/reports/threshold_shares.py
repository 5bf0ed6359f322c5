"""How many of a group stood at or above the value that a measure itself names, before and after.

A share of fewer people than a distribution takes is not made, nor one in which one or two people
stand alone or everybody stands together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from outcomes.engine.disclosure import merged_categories, rounded_percent
from outcomes.engine.ledger import is_safe

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from outcomes.reports.cohort_outcomes import MetricOutcome


def threshold_shares(
    outcome: MetricOutcome,
    *,
    families: Sequence[str],
    published: Mapping[str, Sequence[Collection[Any]]],
    k: int,
) -> tuple[dict[str, Any] | None, dict[str, list[frozenset[Any]]]]:
    """Return the shares as a release may hold them, and their rows for the ledger; or None, none.

    Args:
        families: the variables "share before" and "share after".
        published: family -> the people behind each figure released before.
        k: the smallest group whose answers may be shown spread out.
    """
    known = outcome.metric.subscale.threshold
    members = frozenset(outcome.members)
    if not known or known.get("verified") is False or len(members) < k:
        return None, {}
    shares = []
    for values in (outcome.metric.before, outcome.metric.after):
        at_or_above = sum(values[one] >= known["at_least"] for one in members)
        counts = [len(members) - at_or_above, at_or_above]
        if (merged_categories(counts) or [])[1:] == []:
            return None, {}
        shares.append(_share(at_or_above, len(members)))
    if not all(
        is_safe(published=published.get(family, ()), candidate=[members], k=k)
        for family in families
    ):
        return None, {}
    made = {"words": known["words"], "at_least": known["at_least"], "n": len(members)}
    return made | {"before": shares[0], "after": shares[1]}, {
        family: [members] for family in families
    }


def _share(count: int, n: int) -> dict[str, int]:
    """Percent with its interval (Wilson), each to the nearest five."""
    # scipy is heavy: only who releases loads it.
    from outcomes.engine.proportions import share  # noqa: PLC0415

    found = share(count, n)
    return {
        "percent": rounded_percent(count / n),
        "low": rounded_percent(found.low or 0.0),
        "high": rounded_percent(found.high or 0.0),
    }
