"""One outcome of a release: what its number of pairs may say, rounded, on the scale as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from outcomes.engine.disclosure import FEW, FULL, NOTHING, rounded, tier
from outcomes.engine.p_values import printed_p

if TYPE_CHECKING:
    from collections.abc import Mapping

    from outcomes.engine.paired import Change
    from outcomes.reports.cohort_outcomes import CohortOutcomes, MetricOutcome


def about(outcome: MetricOutcome) -> dict[str, Any]:
    subscale, definition = outcome.metric.subscale, outcome.metric.definition
    return {
        "key": outcome.metric.key,
        "title": definition.name_of(subscale),
        "instrument": definition.title,
        "purpose": definition.purpose,
        "range": [subscale.low, subscale.high],
        "direction": subscale.direction,
        "level": definition.level,
        "is_primary": outcome.is_primary,
    }


def hidden(outcome: MetricOutcome) -> dict[str, Any]:
    return about(outcome) | {"tier": NOTHING, "n": None}


def figure(
    outcome: MetricOutcome,
    tables: Mapping[str, Mapping[str, frozenset[int]]],
    masks: Mapping[str, frozenset[Any]],
    analysis: CohortOutcomes,
    with_levels: bool,
) -> dict[str, Any]:
    change = outcome.change
    how = tier(change.n)
    made = about(outcome) | {
        "tier": how,
        "n": change.n,
        "of": analysis.enrolled,
        **_change_words(change, outcome.sign),
        "before": None,
        "after": None,
        "effect": None,
        "test": None,
        "rounds": None,
        "comparison": None,
        "start": None,
        "extreme": outcome.extreme if how == FULL else "",
        "breakdowns": {
            name: [
                {"label": label}
                | (
                    _change_words(outcome.change_of(people), outcome.sign)
                    | {"n": len(people & set(outcome.members)), "is_protected": False}
                    if label in masks[name]
                    else {"n": None, "is_protected": True}
                )
                for label, people in groups.items()
            ]
            for name, groups in tables.items()
        },
    }
    if how != FEW:
        made["effect"] = _effect(outcome)
        made["test"] = _test(outcome)
        if with_levels:
            made["before"] = {
                "mean": rounded(change.mean_before),
                "sd": rounded(change.sd_before),
            }
            made["after"] = {"mean": rounded(change.mean_after), "sd": rounded(change.sd_after)}
    return made


def _change_words(change: Change, sign: int) -> dict[str, Any]:
    """The mean change with its interval, on the scale as it is; `better` says which way that is."""
    mean = rounded(change.mean_change)
    return {
        "change": mean,
        "low": rounded(change.ci.low) if change.ci else None,
        "high": rounded(change.ci.high) if change.ci else None,
        "better": None if not mean else (mean > 0) == (sign > 0),
    }


def _effect(outcome: MetricOutcome) -> dict[str, Any] | None:
    """g_av, positive where it is for the better, with the interval of d_av."""
    effects, interval = outcome.change.effects, outcome.d_av
    if effects is None or effects.g_av is None:
        return None
    ends = sorted((outcome.sign * interval.low, outcome.sign * interval.high)) if interval else None
    return {
        "g": round(outcome.sign * effects.g_av, 2),
        "kind": "g_av",
        "correction": effects.correction,
        "low": round(ends[0], 2) if ends else None,
        "high": round(ends[1], 2) if ends else None,
        "interval": interval.method if interval else "",
    }


def _test(outcome: MetricOutcome) -> dict[str, Any] | None:
    """p of the paired t; Holm's beside all but the main outcome; Wilcoxon's with its method."""
    change = outcome.change
    if change.p is None:
        return None
    return {
        "p": printed_p(change.p),
        "method": "paired t, two-sided",
        "p_holm": None if outcome.p_holm is None else printed_p(outcome.p_holm),
        "wilcoxon": (
            {"p": printed_p(change.wilcoxon.p), "method": change.wilcoxon.method}
            if change.wilcoxon
            else None
        ),
    }
