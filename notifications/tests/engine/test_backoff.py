from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.engine.backoff import delay_seconds


def most(attempts):
    return delay_seconds(attempts=attempts, uniform=lambda low, high: high)


@pytest.mark.parametrize(
    ("attempts", "seconds"),
    [(1, 60), (2, 120), (3, 240), (5, 960), (6, 1800), (8, 1800), (60, 1800)],
)
def test_the_wait_doubles_up_to_half_an_hour(attempts, seconds):
    assert most(attempts) == seconds


@given(attempts=st.integers(0, 100), share=st.floats(0, 1))
def test_the_whole_wait_is_drawn_at_random(attempts, share):
    wait = delay_seconds(attempts=attempts, uniform=lambda low, high: low + share * (high - low))

    assert wait == pytest.approx(share * most(attempts))
