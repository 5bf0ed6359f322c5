"""When a channel stops trying, and how long it waits before one message tries again."""

from __future__ import annotations

MOST_FAILURES = 5  # in a row: then nobody is asked for a while
FIRST_WAIT_S = 30
LONGEST_WAIT_S = 60  # nobody answers: a server that is back should not wait long for mail
LONGEST_THROTTLED_WAIT_S = 900  # somebody asked us to slow down: each call makes it worse
PROBE_S = 60  # after which a probe counts as lost with its sender


def wait_seconds(*, openings: int, is_throttled: bool) -> int:
    """Return how long the circuit stays open the n-th time in a row: 30 s, doubled each time."""
    longest = LONGEST_THROTTLED_WAIT_S if is_throttled else LONGEST_WAIT_S
    return int(min(longest, FIRST_WAIT_S * 2 ** max(0, min(openings, 20) - 1)))
