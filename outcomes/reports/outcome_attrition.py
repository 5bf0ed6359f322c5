"""What those without both answers could do to a released finding, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from outcomes.engine.tipping_points import TippingPoint, tipping_point_of
from outcomes.reports.points import points, signed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from outcomes.engine.claims import Claim


def attrition_of(outcome: Mapping[str, Any], claim: Claim) -> TippingPoint | None:
    """Work it out of published figures alone; None where nothing clear is claimed or nobody misses."""
    missing = (outcome.get("of") or 0) - (outcome.get("n") or 0)
    if not claim.is_clear or missing < 1:
        return None
    return tipping_point_of(
        mean=outcome["change"],
        half=(outcome["high"] - outcome["low"]) / 2,
        n=outcome["n"],
        dropouts=missing,
    )


def attrition_words(outcome: Mapping[str, Any], claim: Claim) -> str:
    """Where they began, if that is told, and what they must have changed by."""
    return " ".join(filter(None, (_start(outcome), _tipping(outcome, claim))))


def _start(outcome: Mapping[str, Any]) -> str:
    found = outcome.get("start")
    if not found:
        return ""
    if not found["is_unlike"]:
        return _(
            "Those who did not answer again had begun about where the others began (standardized"
            " difference %(smd)s)."
        ) % {"smd": points(abs(found["smd"]))}
    words = (
        _("Those who did not answer again had begun lower (standardized difference %(smd)s).")
        if found["smd"] > 0
        else _("Those who did not answer again had begun higher (standardized difference %(smd)s).")
    )
    return f"{words % {'smd': points(abs(found['smd']))}} {_('The change may not hold for them.')}"


def _tipping(outcome: Mapping[str, Any], claim: Claim) -> str:
    found = attrition_of(outcome, claim)
    if found is None or found.tips_at is None:
        return ""
    facts = {
        "missing": outcome["of"] - outcome["n"],
        "of": outcome["of"],
        "mean": signed(found.change_if_unchanged),
        "tips": signed(found.tips_at),
    }
    if not found.holds_if_unchanged:
        return (
            _(
                "Had the %(missing)d people without both answers not changed at all, the mean of"
                " all %(of)d would be %(mean)s, and no longer clear."
            )
            % facts
        )
    return (
        _(
            "Had the %(missing)d people without both answers not changed at all, the mean of all"
            " %(of)d would be %(mean)s and still clear; it would no longer be if they had changed"
            " by %(tips)s on average."
        )
        % facts
    )
