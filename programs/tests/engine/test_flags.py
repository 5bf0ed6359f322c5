"""Each reason on both sides of its boundary."""

from datetime import UTC, datetime, timedelta

import pytest

from programs.engine.flags import ATTENDANCE, NOT_STARTED, OVERDUE, PRACTICE, QUIET, reasons

NOW = datetime(2027, 3, 15, 9, tzinfo=UTC)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def found(**changes):
    given = {
        "at": NOW,
        "state": "on_pace",
        "started_at": NOW - 30 * DAY,
        "last_event_at": NOW - DAY,
        "overdue": 0,
    }
    return reasons(**given | changes)


def test_who_is_on_pace_needs_no_word():
    assert found() == ()


@pytest.mark.parametrize(("since", "holds"), [(10 * DAY, True), (10 * DAY - SECOND, False)])
def test_ten_quiet_days_count_only_with_something_overdue(since, holds):
    last = NOW - since

    assert (QUIET in found(state="behind", overdue=1, last_event_at=last)) is holds
    assert QUIET not in found(overdue=0, last_event_at=last)


def test_a_second_overdue_step_is_a_reason_whatever_else_was_done():
    assert found(state="behind", overdue=1) == ()
    assert found(state="behind", overdue=2) == (OVERDUE,)


def test_nothing_in_the_first_week_is_one_reason_not_two():
    assert found(state="no_show", last_event_at=None, overdue=1) == (NOT_STARTED,)


@pytest.mark.parametrize(("best", "holds"), [(0.66, False), (0.65, True), (None, False)])
def test_attendance_that_can_no_longer_suffice(best, holds):
    assert (ATTENDANCE in found(best_attendance=best, attendance_min=0.66)) is holds


@pytest.mark.parametrize(
    ("weeks", "holds"),
    [
        ((0.2,), False),
        ((0.2, 0.29), True),
        ((0.0, 0.3), False),
        ((0.9, 0.1, 0.1), True),
        ((0.1, 0.1, 0.9), False),
        ((), False),
    ],
)
def test_little_practice_two_weeks_running(weeks, holds):
    assert (PRACTICE in found(adherence=weeks)) is holds


@pytest.mark.parametrize("state", ["completed", "withdrawn"])
def test_who_is_done_or_gone_needs_no_word(state):
    assert found(state=state, overdue=9, best_attendance=0.0, attendance_min=1.0) == ()
