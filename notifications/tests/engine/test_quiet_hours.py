from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.engine.quiet_hours import (
    LEAST_BEFORE_START_S,
    MARGIN_S,
    adjust,
    ends_after,
    join,
    nightly,
)

HOUR = 3600
NIGHT = (21 * HOUR, 32 * HOUR)  # 21:00 to 08:00


@pytest.mark.parametrize(
    ("due", "start", "sent"),
    [
        (20 * HOUR, 40 * HOUR, 20 * HOUR),  # awake: as planned
        (21 * HOUR, 40 * HOUR, 32 * HOUR),  # the first quiet second counts as quiet
        (32 * HOUR, 40 * HOUR, 32 * HOUR),  # the end does not
        (25 * HOUR, 33 * HOUR, 32 * HOUR),  # an hour before the start is just enough
        (25 * HOUR, 33 * HOUR - 1, 21 * HOUR - MARGIN_S),  # less: before quiet begins
    ],
)
def test_a_message_moves_out_of_quiet(due, start, sent):
    assert adjust(due=due, start=start, quiet=[NIGHT]) == sent


def test_between_two_quiets_that_touch_only_mail_is_left():
    quiet = [(10 * HOUR, 21 * HOUR), NIGHT]

    assert adjust(due=25 * HOUR, start=32 * HOUR, quiet=quiet) is None


@st.composite
def spans(draw):
    edges = sorted(draw(st.sets(st.integers(0, 500), min_size=0, max_size=10)))
    pairs = edges[: len(edges) // 2 * 2]
    return [(a * 600, b * 600) for a, b in zip(pairs[::2], pairs[1::2], strict=True)]


@given(quiet=spans(), due=st.integers(0, 300_000), lead=st.integers(1, 100_000))
def test_whatever_the_hours_nothing_disturbs_and_nothing_comes_late(quiet, due, lead):
    start = due + lead
    sent = adjust(due=due, start=start, quiet=quiet)

    if sent is None:
        assert any(a <= due < b for a, b in quiet)
        return
    assert not any(a <= sent < b for a, b in quiet)
    assert sent < start
    if sent > due:
        assert sent <= start - LEAST_BEFORE_START_S


def utc(*parts):
    return int(datetime(*parts, tzinfo=UTC).timestamp())


def night(zone, lo, hi, from_min=21 * 60, until_min=8 * 60):
    return nightly(from_min=from_min, until_min=until_min, tz=ZoneInfo(zone), lo=lo, hi=hi)


@pytest.mark.parametrize(
    ("zone", "at", "span"),
    [
        # 21:00 EST to 08:00 EDT: ten hours, for one is skipped.
        ("America/New_York", utc(2027, 3, 14, 6), (utc(2027, 3, 14, 2), utc(2027, 3, 14, 12))),
        # 21:00 EDT to 08:00 EST: twelve hours.
        ("America/New_York", utc(2027, 11, 7, 6), (utc(2027, 11, 7, 1), utc(2027, 11, 7, 13))),
        ("Europe/London", utc(2027, 3, 28, 1), (utc(2027, 3, 27, 21), utc(2027, 3, 28, 7))),
        # Half an hour more: Lord Howe puts its clocks back by thirty minutes (15:00Z on 3 April).
        (
            "Australia/Lord_Howe",
            utc(2027, 4, 3, 15),
            (utc(2027, 4, 3, 10), utc(2027, 4, 3, 21, 30)),
        ),
    ],
)
def test_a_night_ends_by_the_wall_clock_on_days_when_it_changes(zone, at, span):
    assert night(zone, at, at + 1) == [span]


def test_a_bound_in_the_repeated_hour_covers_both_passes_and_one_in_a_gap_is_the_jump():
    # Quiet until 01:30 in New York on 7 November 2027: the second 01:30, which is EST.
    at = utc(2027, 11, 7, 5)
    assert night("America/New_York", at, at + 1, until_min=90)[0][1] == utc(2027, 11, 7, 6, 30)
    # Quiet until 02:30 on 14 March, which does not exist: until 03:00 EDT.
    at = utc(2027, 3, 14, 6)
    assert night("America/New_York", at, at + 1, until_min=150)[0][1] == utc(2027, 3, 14, 7)


def test_overlapping_and_touching_quiet_is_one_quiet():
    assert join([(5, 9), (1, 3), (3, 4), (8, 12), (20, 20)]) == [(1, 4), (5, 12)]
    # Two that overlap: the message waits for the end of both, not of the first.
    quiet = join([NIGHT, (30 * HOUR, 36 * HOUR)])
    assert adjust(due=25 * HOUR, start=48 * HOUR, quiet=quiet) == 36 * HOUR
    assert ends_after(at=31 * HOUR, quiet=quiet) == 36 * HOUR
    assert ends_after(at=36 * HOUR, quiet=quiet) is None
