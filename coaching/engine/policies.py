"""What the rules of a contract say about moving, canceling and paying for a session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

REQUESTED, BOOKED, ATTENDED = "requested", "booked", "attended"
LATE_CANCEL, NO_SHOW, CLINICAL_DUTY = "late_cancel", "no_show", "clinical_duty"
COACH_CANCEL, CANCELLED, DECLINED = "coach_cancel", "cancelled", "declined"

LIVE = frozenset({REQUESTED, BOOKED})
# A person was there or should have been: what may be corrected among itself afterwards.
OUTCOMES = frozenset({ATTENDED, NO_SHOW, LATE_CANCEL, CLINICAL_DUTY, COACH_CANCEL})
# The meeting does not take place for this person: claims end, the seat is free again.
FREEING = frozenset({LATE_CANCEL, CLINICAL_DUTY, COACH_CANCEL, CANCELLED, DECLINED})
# What a contract may name as used up. Never the coach's own cancellation.
DEBITABLE = frozenset({ATTENDED, LATE_CANCEL, NO_SHOW, CLINICAL_DUTY})

CORRECTION_S = 7 * 86400  # marks may be set and corrected so long after the start
DUTY_S = 48 * 3600  # "called to a patient" may be said so long after the start

_CHANGES = {
    REQUESTED: frozenset({BOOKED, DECLINED, CANCELLED, COACH_CANCEL}),
    BOOKED: frozenset({ATTENDED, LATE_CANCEL, NO_SHOW, CLINICAL_DUTY, COACH_CANCEL, CANCELLED}),
}


@dataclass(frozen=True)
class Policy:
    """The rules one booking was made under; kept with it as a snapshot."""

    notice_min: int = 240
    cancel_notice_min: int = 1440
    max_moves: int = 3
    debit_states: tuple[str, ...] = (ATTENDED, LATE_CANCEL, NO_SHOW)
    group_debit: str = "per_session"  # or per_seat
    max_sessions: int | None = None  # per clinician within period_days
    period_days: int | None = None

    @classmethod
    def resolve(cls, *layers: Mapping[str, Any]) -> Self:
        """Take each rule from the first layer that sets it: engagement, session type, practice."""
        chosen: dict[str, Any] = {}
        for rule in fields(cls):
            for layer in layers:
                if layer.get(rule.name) is not None:
                    chosen[rule.name] = layer[rule.name]
                    break
        return cls.from_json(chosen)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        known = {rule.name: stored[rule.name] for rule in fields(cls) if rule.name in stored}
        if "debit_states" in known:
            known["debit_states"] = tuple(sorted(set(known["debit_states"]) & DEBITABLE))
        return cls(**known)

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"debit_states": list(self.debit_states)}

    def debits(self, state: str) -> bool:
        """Whether a booking that ends in `state` uses up contract hours."""
        return state in DEBITABLE and state in self.debit_states


def may_change(old: str, new: str) -> bool:
    """Whether a booking may go from one state to another; corrections of outcomes included."""
    if old in OUTCOMES:
        return new in OUTCOMES and new != old
    return new in _CHANGES.get(old, frozenset())


def cancel_state(
    policy: Policy, *, by_clinician: bool, on_duty: bool, start: int, now: int
) -> tuple[str, str]:
    """Return the state that a cancellation at `now` gives, or "" and the code of the refusal.

    Args:
        policy: the booking's snapshot.
        by_clinician: the clinician, or somebody of the practice.
        on_duty: the clinician was called to a patient.
        start: of the session, epoch seconds.
        now: epoch seconds.
    """
    if not by_clinician:
        return (COACH_CANCEL, "") if now <= start + CORRECTION_S else ("", "too_late")
    if now <= start - policy.cancel_notice_min * 60:
        return CANCELLED, ""
    if on_duty:
        return (CLINICAL_DUTY, "") if now <= start + DUTY_S else ("", "too_late")
    return (LATE_CANCEL, "") if now < start else ("", "already_started")


def move_refusal(
    policy: Policy, *, by_clinician: bool, on_duty: bool, start: int, now: int, moves: int
) -> str:
    """Say why a session that begins at `start` may not be moved at `now`: "" if it may."""
    if not by_clinician:
        return ""
    if now >= start and not (on_duty and now <= start + DUTY_S):
        return "already_started"
    if on_duty:
        return ""
    if now > start - policy.cancel_notice_min * 60:
        return "inside_notice"
    if moves >= policy.max_moves:
        return "too_many_moves"
    return ""


def mark_refusal(state: str, *, by_clinician: bool, start: int, now: int) -> str:
    """Say why an outcome may not be marked at `now`: "" if it may."""
    if state not in OUTCOMES or (by_clinician and state == COACH_CANCEL):
        return "invalid_state"
    if now > start + CORRECTION_S or (state == CLINICAL_DUTY and now > start + DUTY_S):
        return "too_late"
    if state in (ATTENDED, NO_SHOW) and now < start:
        return "not_started"
    return ""


def request_deadline(*, start: int, now: int) -> int:
    """Return when an unanswered request counts as declined."""
    return min(now + 24 * 3600, start - 3600)
