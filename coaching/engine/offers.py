"""How long a place that came free is kept for the first of the waitlist. Epoch seconds."""

from __future__ import annotations

from collections.abc import Sequence

OFFER_S = 4 * 3600
BEFORE_START_S = 30 * 60


def offer_deadline(*, start: int, now: int, quiet: Sequence[tuple[int, int]] = ()) -> int | None:
    """Return when an offer made at `now` ends, or None if there is no time left for one.

    Four hours, but half an hour before the start at the latest. A deadline in quiet hours moves to
    their end, never past that half hour.

    Args:
        start: of the session.
        now: when the place came free.
        quiet: disjoint half-open spans in which the person is not to be disturbed, sorted.
    """
    latest = start - BEFORE_START_S
    if latest <= now:
        return None
    deadline = min(now + OFFER_S, latest)
    for begins, ends in quiet:
        if begins <= deadline < ends:
            deadline = min(ends, latest)
    return deadline
