"""Which session starts are free. Pure integers; a page and `book()` ask the same functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from coaching.engine.hours import Leave, Override, Rule, Travel, coach_date, hours_between
from coaching.engine.intervals import Free, Iv, cut, merge, overlaps, share
from coaching.engine.wall_clock import local_date, resolve_wall


@dataclass(frozen=True)
class SlotShape:
    """What a session type asks of a slot. Seconds, but for days and counts."""

    length: int
    before: int = 0
    after: int = 0
    step: int = 900
    notice: int = 0
    horizon_days: int = 365
    max_per_day: int | None = None
    max_per_week: int | None = None
    max_seconds_per_day: int | None = None
    max_seconds_per_week: int | None = None

    @property
    def is_capped(self) -> bool:
        caps = (
            self.max_per_day,
            self.max_per_week,
            self.max_seconds_per_day,
            self.max_seconds_per_week,
        )
        return any(cap is not None for cap in caps)


@dataclass(frozen=True)
class Diary:
    """One coach's hours and what is in them."""

    coach: int
    zone: str
    rules: Sequence[Rule] = ()
    overrides: Sequence[Override] = ()
    busy: Sequence[Iv] = ()  # sorted, disjoint; own claims, with their buffers
    sessions: Sequence[Iv] = ()  # without buffers, for the caps
    travel: Sequence[Travel] = ()
    leaves: Sequence[Leave] = ()

    @property
    def clocks(self) -> list[ZoneInfo]:
        """The home zone first."""
        return [ZoneInfo(name) for name in (self.zone, *(trip.zone for trip in self.travel))]


def coach_starts(
    diary: Diary,
    shape: SlotShape,
    *,
    lo: int,
    hi: int,
    now: int,
    viewer_busy: Sequence[Iv] = (),
) -> list[int]:
    """Return the free starts of one coach in [lo, hi), ascending.

    The session lies inside a window; with its buffers, which may reach outside, it meets none of the
    coach's busy spans, and without them none of the viewer's. Starts lie on a grid that begins where
    the window does, so a neighbor's booking does not shift them.
    """
    lo = max(lo, now + shape.notice)
    last = last_date(diary, shape, now)
    after = [resolve_wall(last + timedelta(days=1), 0, tz, "start") for tz in diary.clocks]
    hi = min(hi, max(after))
    if lo >= hi:
        return []
    starts = _grid(_free_pieces(diary, shape, lo, hi, viewer_busy), shape, lo, hi)
    if diary.travel:
        home = ZoneInfo(diary.zone)
        starts = [start for start in starts if coach_date(start, home, diary.travel) <= last]
    if not shape.is_capped:
        return starts
    caps = CapCount(diary, shape)
    return [start for start in starts if not caps.is_full(start)]


def _free_pieces(
    diary: Diary, shape: SlotShape, lo: int, hi: int, viewer_busy: Sequence[Iv]
) -> list[Free]:
    """Return what is left of every window that a session beginning in [lo, hi) can lie in."""
    clocks = diary.clocks
    # Windows may have begun the day before; the session may end on a later date.
    d0 = min(local_date(lo, tz) for tz in clocks) - timedelta(days=1)
    d1 = max(local_date(hi + shape.length, tz) for tz in clocks)
    opened, closed = hours_between(
        diary.rules,
        diary.overrides,
        diary.zone,
        d0,
        d1,
        travel=diary.travel,
        leaves=diary.leaves,
    )
    before, after = shape.before, shape.after
    closed += [(start - after, end + before) for start, end in diary.busy]
    closed += viewer_busy
    return cut(share(opened), merge(closed))


def _grid(pieces: Sequence[Free], shape: SlotShape, lo: int, hi: int) -> list[int]:
    """Return the grid points in [lo, hi) at which a session fits; each piece's first by arithmetic."""
    step, length = shape.step, shape.length
    grids: list[range] = []
    fits = following = 0
    for start, end, anchor in reversed(pieces):
        if end != following:  # windows that touch are one stretch: a session may lie across
            fits = end
        following = start
        first = anchor - (anchor - max(start, lo)) // step * step
        stop = min(end, fits - length + 1, hi)
        if first < stop:
            grids.append(range(first, stop, step))
    return [start for grid in reversed(grids) for start in grid]


def last_date(diary: Diary, shape: SlotShape, now: int) -> date:
    """Return the last of the coach's dates that may be booked."""
    today = coach_date(now, ZoneInfo(diary.zone), diary.travel)
    return today + timedelta(days=shape.horizon_days)


def _week(day: date) -> date:
    return day - timedelta(days=day.weekday())


class CapCount:
    """How full a coach's local dates and weeks (from Monday) are; counted once."""

    def __init__(self, diary: Diary, shape: SlotShape) -> None:
        self.shape = shape
        self.tz, self.travel = ZoneInfo(diary.zone), diary.travel
        self.counts: Counter[tuple[str, date]] = Counter()
        self.seconds: Counter[tuple[str, date]] = Counter()
        for start, end in diary.sessions:
            day = coach_date(start, self.tz, self.travel)
            for key in (("day", day), ("week", _week(day))):
                self.counts[key] += 1
                self.seconds[key] += end - start

    def is_full(self, start: int) -> bool:
        """Whether one more session at `start` would pass a cap."""
        shape, day = self.shape, coach_date(start, self.tz, self.travel)
        limits = (
            (("day", day), shape.max_per_day, shape.max_seconds_per_day),
            (("week", _week(day)), shape.max_per_week, shape.max_seconds_per_week),
        )
        return any(
            (count is not None and self.counts[key] >= count)
            or (seconds is not None and self.seconds[key] + shape.length > seconds)
            for key, count, seconds in limits
        )


def refusal(
    start: int, diary: Diary, shape: SlotShape, *, now: int, viewer_busy: Sequence[Iv] = ()
) -> str:
    """Say why `start` cannot be booked: "" if it can."""
    if start < now + shape.notice:
        return "too_late"
    if coach_date(start, ZoneInfo(diary.zone), diary.travel) > last_date(diary, shape, now):
        return "beyond_horizon"
    if start in coach_starts(
        diary, shape, lo=start, hi=start + 1, now=now, viewer_busy=viewer_busy
    ):
        return ""
    if overlaps(viewer_busy, start, start + shape.length):
        return "clinician_busy"
    if shape.is_capped and CapCount(diary, shape).is_full(start):
        return "cap_reached"
    return "slot_taken"
