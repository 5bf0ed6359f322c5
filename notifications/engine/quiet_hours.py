"""When a message may disturb: moved to the end of quiet, or to just before it. Plain epoch seconds."""

from __future__ import annotations

from collections.abc import Sequence

LEAST_BEFORE_START_S = 3600


def adjust(*, due: int, start: int, quiet: Sequence[tuple[int, int]]) -> int | None:
    """Return when to send a message of an event, or None if only e-mail is left.

    Args:
        due: when it was to be sent.
        start: of the event.
        quiet: half-open spans in which nothing may disturb, sorted and disjoint.
    """
    span = next(((a, b) for a, b in quiet if a <= due < b), None)
    if span is None:
        return due
    begins, ends = span
    if ends <= start - LEAST_BEFORE_START_S:
        return ends
    before = begins - 1
    return before if before < start and not any(a <= before < b for a, b in quiet) else None
