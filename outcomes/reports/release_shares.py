"""Shares of people in a release, each kind from a smallest group of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from outcomes.reports.reliable_shares import reliable_shares
from outcomes.reports.threshold_shares import threshold_shares
from outcomes.reports.thresholds import thresholds_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from outcomes.reports.cohort_outcomes import CohortOutcomes, MetricOutcome

Rows = dict[str, list[frozenset[Any]]]  # family -> the people behind each figure


def shares_of(
    outcome: MetricOutcome,
    analysis: CohortOutcomes,
    published: Mapping[str, Sequence[Collection[int]]],
    *,
    with_levels: bool,
) -> tuple[dict[str, Any], Rows]:
    """Return what a payload says of them, and their rows for the ledger.

    Args:
        with_levels: values before and after may be told, not the change alone.
    """
    limits = thresholds_of(analysis.later.cohort.engagement)
    key, first, second = outcome.metric.key, analysis.baseline.pk, analysis.later.pk
    pooled = f"{key}:reliable:{first}-{second}"
    reliable, counted = reliable_shares(
        outcome, k=limits["reliable_change"], published=published.get(pooled, ())
    )
    rows: Rows = {pooled: [counted]} if reliable else {}
    made: dict[str, Any] = {"reliable": reliable, "share": None}
    if with_levels:
        made["share"], more = threshold_shares(
            outcome,
            families=[f"{key}:share:{first}", f"{key}:share:{second}"],
            published=published,
            k=limits["distributions"],
        )
        rows |= more
    return made, rows
