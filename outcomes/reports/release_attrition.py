"""Whether those who did not answer again began elsewhere (measurement handbook, 5.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from outcomes.engine.ledger import is_safe

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from outcomes.reports.cohort_outcomes import MetricOutcome


def attrition_at_start(
    outcome: MetricOutcome,
    *,
    family: str,
    published: Mapping[str, Sequence[Collection[Any]]],
    k: int,
) -> tuple[dict[str, Any], frozenset[int]] | None:
    """Return what a payload says of them, and their row for the ledger; None to say nothing.

    Args:
        family: the variable "value of the first round".
        published: family -> the people behind each figure released before, or with this release.
        k: the smallest group.
    """
    # scipy is heavy: only who releases loads it.
    from outcomes.engine.attrition import attrition  # noqa: PLC0415

    before = outcome.metric.before
    left = frozenset(before.keys() - set(outcome.members))
    if min(len(left), len(outcome.members)) < k:
        return None
    if len({round(before[one], 9) for one in left}) < 2:
        return None
    if not is_safe(published=published.get(family, ()), candidate=[left], k=k):
        return None
    found = attrition(
        invited=len(before),
        before_completers=[before[one] for one in outcome.members],
        before_others=[before[one] for one in sorted(left)],
    )
    if found.smd is None:
        return None
    return {"smd": round(found.smd, 1), "is_unlike": found.is_unlike}, left
