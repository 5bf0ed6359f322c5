"""Which session starts are free. Pure integers; a page and `book()` ask the same functions."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from coaching.engine.intervals import Free, Iv, merge, overlaps, subtract
from coaching.engine.wall_clock import day_table, local_date, resolve_wall

REPLACE, ADD, REMOVE = "replace", "add", "remove"


class Rule(NamedTuple):
    """A weekly window in wall minutes; past 1440 it runs into the next day."""

    weekday: int  # Monday 0
    start_min: int
    end_min: int
    valid_from: date | None = None
    valid_to: date | None = None  # included


class Override(NamedTuple):
    """What differs on one date: `replace` without times closes it."""

    day: date
    kind: str
    start_min: int | None = None
    end_min: int | None = None


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


class Slot(NamedTuple):
    start: int
    coach: int
    label: str  # the viewer's wall time; with the zone's abbreviation if the day has it twice


class SlotDay(NamedTuple):
    day: date  # the viewer's
    slots: list[Slot]


def windows(
    rules: Sequence[Rule], overrides: Sequence[Override], tz_name: str, d0: date, d1: date
) -> list[Iv]:
    """Return the open hours that begin on the coach's dates d0 to d1, sorted and disjoint."""
    opened, closed = _hours(rules, overrides, tz_name, d0, d1)
    return [(piece.start, piece.end) for piece in subtract(merge(opened), merge(closed))]


def _hours(
    rules: Sequence[Rule], overrides: Sequence[Override], tz_name: str, d0: date, d1: date
) -> tuple[list[Iv], list[Iv]]:
    """Return opened and removed spans, unsorted."""
    tz = ZoneInfo(tz_name)
    weekly: dict[int, list[Rule]] = {}
    for rule in rules:
        weekly.setdefault(rule.weekday, []).append(rule)
    dated: dict[date, list[Override]] = {}
    for override in overrides:
        dated.setdefault(override.day, []).append(override)
    opened: list[Iv] = []
    closed: list[Iv] = []
    for day, midnight, is_uniform in day_table(tz_name, d0, d1):
        walls = [
            (rule.start_min, rule.end_min)
            for rule in weekly.get(day.weekday(), ())
            if (rule.valid_from is None or rule.valid_from <= day)
            and (rule.valid_to is None or day <= rule.valid_to)
        ]
        removed: list[Iv] = []
        if day in dated:
            walls, removed = _apply(dated[day], walls)
        for spans, target in ((walls, opened), (removed, closed)):
            for lower, upper in spans:
                if is_uniform:
                    target.append((midnight + lower * 60, midnight + upper * 60))
                else:
                    target.append(
                        (resolve_wall(day, lower, tz, "start"), resolve_wall(day, upper, tz, "end"))
                    )
    return opened, closed


def _apply(overrides: Sequence[Override], walls: list[Iv]) -> tuple[list[Iv], list[Iv]]:
    """Return a date's windows and removals in wall minutes: replace, then add, then remove."""
    by_kind: dict[str, list[Iv]] = {REPLACE: [], ADD: [], REMOVE: []}
    for override in overrides:
        if override.start_min is not None and override.end_min is not None:
            by_kind[override.kind].append((override.start_min, override.end_min))
    if any(override.kind == REPLACE for override in overrides):
        walls = by_kind[REPLACE]
    return walls + by_kind[ADD], by_kind[REMOVE]


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
    tz = ZoneInfo(diary.zone)
    lo = max(lo, now + shape.notice)
    hi = min(hi, horizon_end(shape, tz, now))
    if lo >= hi:
        return []
    # A window may have begun the day before.
    d0, d1 = local_date(lo, tz) - timedelta(days=1), local_date(hi, tz)
    opened, closed = _hours(diary.rules, diary.overrides, diary.zone, d0, d1)
    blocked = [(start - shape.after, end + shape.before) for start, end in diary.busy]
    free = subtract(merge(opened), merge([*closed, *blocked, *viewer_busy]))
    starts: list[int] = []
    for piece in free:
        starts += _grid(piece, shape, lo, hi)
    if not shape.is_capped:
        return starts
    caps = CapCount(diary, shape)
    return [start for start in starts if not caps.is_full(start)]


def _grid(piece: Free, shape: SlotShape, lo: int, hi: int) -> range:
    """Return the grid points of one free piece, the first by arithmetic."""
    earliest = max(piece.start, lo)
    first = piece.anchor + -((piece.anchor - earliest) // shape.step) * shape.step
    return range(first, min(piece.end - shape.length + 1, hi), shape.step)


def horizon_end(shape: SlotShape, tz: ZoneInfo, now: int) -> int:
    """Return the first instant after the last coach-local date that may be booked."""
    last = local_date(now, tz) + timedelta(days=shape.horizon_days)
    return resolve_wall(last + timedelta(days=1), 0, tz, "start")


def _week(day: date) -> date:
    return day - timedelta(days=day.weekday())


class CapCount:
    """How full a coach's local dates and weeks (from Monday) are; counted once."""

    def __init__(self, diary: Diary, shape: SlotShape) -> None:
        self.shape = shape
        self.tz = ZoneInfo(diary.zone)
        self.counts: Counter[tuple[str, date]] = Counter()
        self.seconds: Counter[tuple[str, date]] = Counter()
        for start, end in diary.sessions:
            day = local_date(start, self.tz)
            for key in (("day", day), ("week", _week(day))):
                self.counts[key] += 1
                self.seconds[key] += end - start

    def is_full(self, start: int) -> bool:
        """Whether one more session at `start` would pass a cap."""
        shape, day = self.shape, local_date(start, self.tz)
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
    tz = ZoneInfo(diary.zone)
    if start < now + shape.notice:
        return "too_late"
    if start >= horizon_end(shape, tz, now):
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


def open_slots(
    diaries: Iterable[Diary],
    shape: SlotShape,
    *,
    viewer_zone: str,
    d0: date,
    d1: date,
    now: int,
    viewer_busy: Sequence[Iv] = (),
) -> list[SlotDay]:
    """Return the free slots of all coaches on the viewer's dates d0 to d1, both included.

    The viewer's zone groups and labels, nothing else. Days without a slot are left out.
    """
    table = day_table(viewer_zone, d0, d1 + timedelta(days=1))
    lo, hi = table[0].midnight, table[-1].midnight
    found = [
        (start, diary.coach)
        for diary in diaries
        for start in coach_starts(diary, shape, lo=lo, hi=hi, now=now, viewer_busy=viewer_busy)
    ]
    found.sort()
    midnights = [row.midnight for row in table]
    days: list[SlotDay] = []
    at = 0
    while at < len(found):
        index = bisect_right(midnights, found[at][0]) - 1
        upto = at
        while upto < len(found) and found[upto][0] < midnights[index + 1]:
            upto += 1
        row = table[index]
        labels = _labels(
            {start for start, _ in found[at:upto]},
            row.midnight if row.is_uniform else None,
            viewer_zone,
        )
        slots = [Slot(start, coach, labels[start]) for start, coach in found[at:upto]]
        days.append(SlotDay(row.day, slots))
        at = upto
    return days


def _labels(starts: Iterable[int], midnight: int | None, viewer_zone: str) -> Mapping[int, str]:
    """Return "07:00" per start; "01:00 EDT" and "01:00 EST" where one day has a time twice."""
    if midnight is not None:
        labels = {}
        for start in starts:
            hour, rest = divmod(start - midnight, 3600)
            labels[start] = f"{hour:02d}:{rest // 60:02d}"
        return labels
    tz = ZoneInfo(viewer_zone)
    local = {start: datetime.fromtimestamp(start, tz) for start in starts}
    labels = {start: f"{at:%H:%M}" for start, at in local.items()}
    often = Counter(labels.values())
    return {
        start: f"{label} {local[start]:%Z}" if often[label] > 1 else label
        for start, label in labels.items()
    }
