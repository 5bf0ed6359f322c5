"""Who needs a word, and why: five reasons, each with a boundary that includes its day.

Only for staff of the practice. A reason says what happened, never what it means.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from programs.engine.states import BEHIND, LAPSED, NO_SHOW, ON_PACE

NOT_STARTED = "not_started"
QUIET = "quiet"
OVERDUE = "overdue"
ATTENDANCE = "attendance"
PRACTICE = "practice"
REASONS = (NOT_STARTED, QUIET, OVERDUE, ATTENDANCE, PRACTICE)

QUIET_FOR = timedelta(days=10)
OVERDUE_STEPS = 2
LEAST_ADHERENCE = 0.3
WEEKS_RUNNING = 2


def reasons(
    *,
    at: datetime,
    state: str,
    started_at: datetime,
    last_event_at: datetime | None,
    overdue: int,
    best_attendance: float | None = None,
    attendance_min: float = 0.0,
    adherence: Sequence[float] = (),
) -> tuple[str, ...]:
    """Return the reasons that hold at `at`, in the order of `REASONS`.

    Args:
        state: one of the six of `states.py`; the completed and the withdrawn need no word.
        started_at: the later of cohort start and acceptance.
        overdue: required items overdue.
        best_attendance: share that is present if all sessions to come are; None without sessions.
        attendance_min: what the program asks for.
        adherence: share of assigned practice by week, oldest first, of weeks that are over; empty
            unless the log is shared.
    """
    if state not in (ON_PACE, BEHIND, LAPSED, NO_SHOW):
        return ()
    is_quiet = overdue >= 1 and (last_event_at or started_at) + QUIET_FOR <= at
    recent = adherence[-WEEKS_RUNNING:]
    holds = {
        NOT_STARTED: state == NO_SHOW,
        QUIET: is_quiet and state != NO_SHOW,  # one word for one thing
        OVERDUE: overdue >= OVERDUE_STEPS,
        ATTENDANCE: best_attendance is not None and best_attendance < attendance_min,
        PRACTICE: len(recent) == WEEKS_RUNNING and all(week < LEAST_ADHERENCE for week in recent),
    }
    return tuple(reason for reason in REASONS if holds[reason])
