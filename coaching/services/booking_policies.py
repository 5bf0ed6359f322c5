"""The rules that hold for a booking: contract, then session type, then practice."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Q

from coaching.engine.policies import Policy
from coaching.models import BookingPolicy, SessionType
from programs.models import Engagement


class RuleLine(NamedTuple):
    """One resolved rule and the layer that set it."""

    name: str
    value: Any
    source: str  # contract | type | practice | built_in


def _layers(*, engagement: Engagement | None, session_type: SessionType) -> dict[str, Any]:
    rows = BookingPolicy.objects.filter(Q(engagement=engagement) | Q(engagement=None))
    layers = {row.engagement_id: row.layer() for row in rows}
    return {
        "contract": layers.get(engagement.pk, {}) if engagement else {},
        "type": {
            "notice_min": session_type.notice_min,
            "cancel_notice_min": session_type.cancel_notice_min,
        },
        "practice": layers.get(None, {}),
    }


def resolve_policy(*, engagement: Engagement, session_type: SessionType) -> Policy:
    """Return the rules to show before confirming and to keep with the booking."""
    return Policy.resolve(*_layers(engagement=engagement, session_type=session_type).values())


def explain_policy(*, engagement: Engagement | None, session_type: SessionType) -> list[RuleLine]:
    """Return each rule that holds for a type under a contract, and where it comes from."""
    layers = _layers(engagement=engagement, session_type=session_type)
    policy = Policy.resolve(*layers.values())
    return [
        RuleLine(name, value, _source(layers, name)) for name, value in policy.to_json().items()
    ]


def _source(layers: dict[str, Any], name: str) -> str:
    return next((layer for layer in layers if layers[layer].get(name) is not None), "built_in")


def resolve_practice_policy(*, session_type: SessionType) -> Policy:
    """Return the rules where no contract says otherwise."""
    practice = BookingPolicy.objects.filter(engagement=None).first()
    own = {
        "notice_min": session_type.notice_min,
        "cancel_notice_min": session_type.cancel_notice_min,
    }
    return Policy.resolve({}, own, practice.layer() if practice else {})


@transaction.atomic
def set_policy(*, engagement: Engagement | None, **rules: Any) -> BookingPolicy:
    """Set the rules of one contract, or of the practice (None). Existing bookings keep theirs.

    Raises:
        ValidationError: a rule that no contract may set.
    """
    policy = BookingPolicy.objects.select_for_update().filter(engagement=engagement).first()
    policy = policy or BookingPolicy(engagement=engagement)
    for name, value in rules.items():
        setattr(policy, name, value)
    policy.full_clean()
    policy.save()
    return policy
