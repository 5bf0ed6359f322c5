from __future__ import annotations

import pytest

from notifications.engine.circuits import wait_seconds


@pytest.mark.parametrize(
    ("openings", "throttled", "unreachable"),
    [(1, 30, 30), (2, 60, 60), (3, 120, 60), (5, 480, 60), (6, 900, 60), (10_000, 900, 60)],
)
def test_each_opening_in_a_row_waits_longer_up_to_a_limit(openings, throttled, unreachable):
    assert wait_seconds(openings=openings, is_throttled=True) == throttled
    assert wait_seconds(openings=openings, is_throttled=False) == unreachable
