"""The rules of slots in the dullest words: walk the instants and read the clock of each.

Written from the rules, not from the engine: nothing of it is used here but the plain values.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


@lru_cache(maxsize=200_000)
def wall_of(zone, at):
    """What the clock of `zone` shows at an instant."""
    return datetime.fromtimestamp(at, ZoneInfo(zone)).replace(tzinfo=None)


def noon(day):
    return int((datetime.combine(day, datetime.min.time(), UTC) - EPOCH).total_seconds()) + 43200


def first_showing(zone, wall, tick):
    """The first tick at which the clock shows `wall` or later, looked for round about it."""
    around = noon(wall.date())
    return next(
        at
        for at in range(around - 4 * 86400, around + 4 * 86400, tick)
        if wall_of(zone, at) >= wall
    )


def after_last_before(zone, wall, tick):
    """The tick after the last one at which the clock shows less than `wall`."""
    around = noon(wall.date())
    return tick + next(
        at
        for at in range(around + 4 * 86400, around - 4 * 86400, -tick)
        if wall_of(zone, at) < wall
    )


def zone_on(day, zone, travel):
    return next((trip.zone for trip in travel if trip.first <= day <= trip.last), zone)


def span_of(day, start_min, end_min, zone, tick):
    base = datetime.combine(day, datetime.min.time())
    return (
        first_showing(zone, base + timedelta(minutes=start_min), tick),
        after_last_before(zone, base + timedelta(minutes=end_min), tick),
    )


def opened_on(day, rules, overrides, zone, travel=(), leaves=(), tick=900):
    """The windows of one date, as (start, end) instants."""
    if any(leave.first <= day <= leave.last for leave in leaves):
        return []
    walls = [
        (rule.start_min, rule.end_min)
        for rule in rules
        if rule.weekday == day.weekday()
        and not (rule.valid_from and day < rule.valid_from)
        and not (rule.valid_to and day > rule.valid_to)
    ]
    today = [override for override in overrides if override.day == day]
    if any(override.kind == "replace" for override in today):
        walls = [(o.start_min, o.end_min) for o in today if o.kind == "replace"]
        if any(start is None for start, _ in walls):
            walls = []
    walls += [(o.start_min, o.end_min) for o in today if o.kind == "add"]
    clock = zone_on(day, zone, travel)
    return [span_of(day, start, end, clock, tick) for start, end in walls]


def closed_on(day, overrides, zone, travel=(), leaves=(), tick=900):
    """What is taken out on one date: removals, and leave from its first to its last instant."""
    clock = zone_on(day, zone, travel)
    spans = [
        span_of(day, o.start_min, o.end_min, clock, tick)
        for o in overrides
        if o.day == day and o.kind == "remove"
    ]
    if any(leave.first <= day <= leave.last for leave in leaves):
        spans.append(span_of(day, 0, 1440, clock, tick))
    return spans


def open_ticks(rules, overrides, zone, d0, d1, travel=(), leaves=(), tick=900):
    """Every tick of the hours that begin on the dates d0 to d1."""
    open_at = set()
    for offset in range((d1 - d0).days + 1):
        day = d0 + offset * DAY
        for start, end in opened_on(day, rules, overrides, zone, travel, leaves, tick):
            open_at.update(range(start, end, tick))
    for offset in range(-3, (d1 - d0).days + 4):
        day = d0 + offset * DAY
        for start, end in closed_on(day, overrides, zone, travel, leaves, tick):
            open_at.difference_update(range(start, end, tick))
    return open_at


def as_spans(ticks, tick=900):
    spans = []
    for at in sorted(ticks):
        if spans and spans[-1][1] == at:
            spans[-1] = (spans[-1][0], at + tick)
        else:
            spans.append((at, at + tick))
    return spans


def date_of(at, zone, travel=()):
    """The coach's date: of a trip if the instant falls on one of its dates, else at home."""
    for trip in travel:
        if trip.first <= wall_of(trip.zone, at).date() <= trip.last:
            return wall_of(trip.zone, at).date()
    return wall_of(zone, at).date()


def free_starts(diary, shape, d0, d1, *, now, viewer_busy=(), tick=900):
    """Every start on the coach's dates d0 to d1 at which a session may begin."""
    days = [d0 + offset * DAY for offset in range(-3, (d1 - d0).days + 4)]
    args = (diary.travel, diary.leaves, tick)
    spans = sorted(
        span
        for day in days
        for span in opened_on(day, diary.rules, diary.overrides, diary.zone, *args)
    )
    open_at = open_ticks(diary.rules, diary.overrides, diary.zone, days[0], days[-1], *args)
    last = date_of(now, diary.zone, diary.travel) + shape.horizon_days * DAY
    found = []
    for at in sorted(open_at):
        day = date_of(at, diary.zone, diary.travel)
        anchor = next((start for start, end in spans if start <= at < end), None)
        end = at + shape.length
        if (
            d0 <= day <= d1
            and anchor is not None
            and (at - anchor) % shape.step == 0
            and all(moment in open_at for moment in range(at, end, tick))
            and not any(s < end + shape.after and at - shape.before < e for s, e in diary.busy)
            and not any(s < end and at < e for s, e in viewer_busy)
            and at >= now + shape.notice
            and day <= last
            and not _is_full(day, diary, shape)
        ):
            found.append(at)
    return found


def _is_full(day, diary, shape):
    held = [(date_of(s, diary.zone, diary.travel), e - s) for s, e in diary.sessions]
    monday = day - day.weekday() * DAY
    of_day = [length for on, length in held if on == day]
    of_week = [length for on, length in held if monday <= on < monday + 7 * DAY]
    return any(
        cap is not None and value > cap
        for cap, value in (
            (shape.max_per_day, len(of_day) + 1),
            (shape.max_per_week, len(of_week) + 1),
            (shape.max_seconds_per_day, sum(of_day) + shape.length),
            (shape.max_seconds_per_week, sum(of_week) + shape.length),
        )
    )
