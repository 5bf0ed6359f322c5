from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.engine.quiet_hours import LEAST_BEFORE_START_S, adjust

HOUR = 3600
NIGHT = (21 * HOUR, 32 * HOUR)  # 21:00 to 08:00


@pytest.mark.parametrize(
    ("due", "start", "sent"),
    [
        (20 * HOUR, 40 * HOUR, 20 * HOUR),  # awake: as planned
        (21 * HOUR, 40 * HOUR, 32 * HOUR),  # the first quiet second counts as quiet
        (32 * HOUR, 40 * HOUR, 32 * HOUR),  # the end does not
        (25 * HOUR, 33 * HOUR, 32 * HOUR),  # an hour before the start is just enough
        (25 * HOUR, 33 * HOUR - 1, 21 * HOUR - 1),  # less: before quiet begins
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
