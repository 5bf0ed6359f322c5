"""When a message may disturb: moved to the end of quiet, or to just before it. Plain epoch seconds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from core.wall_clock import local_date, resolve_wall

LEAST_BEFORE_START_S = 3600
# "Just before": far enough that what is spread over minutes, or waits for a pass, is not late.
MARGIN_S = 360

Span = tuple[int, int]


def nightly(*, from_min: int, until_min: int, tz: ZoneInfo, lo: int, hi: int) -> list[Span]:
    """Return the daily quiet spans that meet [lo, hi), by the clock of `tz`.

    A span whose end is not after its start runs past midnight. Where a clock change repeats a bound,
    quiet covers both passes; where it skips one, the jump is the bound.
    """
    spans, day = [], local_date(lo, tz) - timedelta(days=1)
    last = local_date(hi, tz)
    while day <= last:
        ends_on = day if until_min > from_min else day + timedelta(days=1)
        begins = resolve_wall(day, from_min, tz, "start")
        ends = resolve_wall(ends_on, until_min, tz, "end")
        if begins < hi and lo < ends and begins < ends:
            spans.append((begins, ends))
        day += timedelta(days=1)
    return spans


def join(spans: Iterable[Span]) -> list[Span]:
    """Sort spans and make one of those that overlap or touch."""
    joined: list[Span] = []
    for begins, ends in sorted(span for span in spans if span[0] < span[1]):
        if joined and begins <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(ends, joined[-1][1]))
        else:
            joined.append((begins, ends))
    return joined


def ends_after(*, at: int, quiet: Sequence[Span]) -> int | None:
    """Return when the quiet that holds at `at` ends, or None if it is not quiet."""
    return next((ends for begins, ends in quiet if begins <= at < ends), None)


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
    before = begins - MARGIN_S
    return before if before < start and not any(a <= before < b for a, b in quiet) else None
