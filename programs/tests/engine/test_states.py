from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.engine.states import STATES, is_overdue, state_at

T = datetime(2026, 5, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def state(**changes):
    facts = {
        "at": T,
        "started_at": T - 20 * DAY,
        "completed_at": None,
        "withdrawn_at": None,
        "last_event_at": T - DAY,
        "overdue": 0,
        "lapse": 14 * DAY,
    }
    return state_at(**(facts | changes))


def test_first_match_wins():
    everything = {"completed_at": T, "withdrawn_at": T, "last_event_at": None, "overdue": 3}

    assert state(**everything) == "completed"
    assert state(**everything | {"completed_at": None}) == "withdrawn"
    assert state(**everything | {"completed_at": None, "withdrawn_at": None}) == "no_show"
    assert state(overdue=3, last_event_at=T - 15 * DAY) == "lapsed"
    assert state(overdue=3) == "behind"
    assert state() == "on_pace"


@pytest.mark.parametrize(
    ("changes", "before", "at_the_boundary"),
    [
        (lambda s: {"completed_at": T + s}, "on_pace", "completed"),
        (lambda s: {"withdrawn_at": T + s}, "on_pace", "withdrawn"),
        (
            lambda s: {"last_event_at": None, "started_at": T - 7 * DAY + s},
            "on_pace",
            "no_show",
        ),
        (lambda s: {"overdue": 1, "last_event_at": T - 14 * DAY + s}, "behind", "lapsed"),
    ],
)
def test_boundaries_are_inclusive(changes, before, at_the_boundary):
    assert state(**changes(SECOND)) == before
    assert state(**changes(timedelta())) == at_the_boundary


def test_due_plus_grace_is_overdue():
    grace = 3 * DAY

    assert is_overdue(due=T - grace, grace=grace, at=T)
    assert not is_overdue(due=T - grace + SECOND, grace=grace, at=T)
    assert not is_overdue(due=None, grace=grace, at=T)


def test_somebody_who_never_began_is_behind_in_the_first_week():
    assert state(last_event_at=None, started_at=T - 6 * DAY, overdue=1) == "behind"


moments = st.one_of(
    st.none(), st.integers(-40, 40).map(lambda days: T + timedelta(days=days, seconds=days % 3 - 1))
)


@given(
    completed_at=moments,
    withdrawn_at=moments,
    last_event_at=moments,
    overdue=st.integers(0, 3),
    started=st.integers(-40, 5),
    lapse=st.integers(0, 30),
)
def test_exactly_one_state_holds_whatever_happened(
    completed_at, withdrawn_at, last_event_at, overdue, started, lapse
):
    found = state(
        completed_at=completed_at,
        withdrawn_at=withdrawn_at,
        last_event_at=last_event_at,
        overdue=overdue,
        started_at=T + started * DAY,
        lapse=lapse * DAY,
    )

    assert found in STATES
    if completed_at and completed_at <= T:
        assert found == "completed"
    if not overdue:
        assert found not in ("behind", "lapsed")
