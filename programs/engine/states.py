"""The six states of a learner at an instant: exactly one holds, so they sum to enrolled."""

from __future__ import annotations

from datetime import datetime, timedelta

COMPLETED = "completed"
ON_PACE = "on_pace"
BEHIND = "behind"
LAPSED = "lapsed"
NO_SHOW = "no_show"
WITHDRAWN = "withdrawn"
STATES = (COMPLETED, ON_PACE, BEHIND, LAPSED, NO_SHOW, WITHDRAWN)  # in the order pages show

NO_SHOW_AFTER = timedelta(days=7)


def state_at(
    *,
    at: datetime,
    started_at: datetime,
    completed_at: datetime | None,
    withdrawn_at: datetime | None,
    last_event_at: datetime | None,
    overdue: int,
    lapse: timedelta,
) -> str:
    """Return the first of the six states that holds at `at`. Boundaries are inclusive.

    Args:
        started_at: the later of cohort start and acceptance.
        completed_at: of the program; None if it is not complete.
        last_event_at: the newest qualifying event by `at`; None if there is none.
        overdue: required items whose due date plus grace has come, and that are not done.
        lapse: how long without an event makes somebody with overdue items `lapsed`.
    """
    if completed_at is not None and completed_at <= at:
        return COMPLETED
    if withdrawn_at is not None and withdrawn_at <= at:
        return WITHDRAWN
    if last_event_at is None and started_at + NO_SHOW_AFTER <= at:
        return NO_SHOW
    if overdue:
        # Without any event the silence counts from the start (only if `lapse` is below a week).
        return LAPSED if (last_event_at or started_at) + lapse <= at else BEHIND
    return ON_PACE


def is_overdue(*, due: datetime | None, grace: timedelta, at: datetime) -> bool:
    """Whether an undone item counts as overdue: its due date plus grace has come."""
    return due is not None and due + grace <= at
