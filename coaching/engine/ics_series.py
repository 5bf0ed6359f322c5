"""One UID of a calendar: its series, the instances that were changed, and the spans they take."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from coaching.engine.ics_rules import SubDailyError, ends_before, expand
from coaching.engine.ics_text import Component, Property
from coaching.engine.ics_zones import Zones, instant, is_skipped, wall_of
from coaching.engine.intervals import Iv
from core.wall_clock import resolve_wall

_DURATION = re.compile(
    r"^([+-]?)P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$", re.IGNORECASE
)
_DATE = re.compile(r"^\d{8}$")
_TIME = re.compile(r"^(\d{8})T(\d{2})(\d{2})(\d{2})?(Z?)$", re.IGNORECASE)
_NOTHING = timedelta()


@dataclass(frozen=True)
class Moment:
    """A date or a wall time of a file, with the zone it is meant in."""

    wall: datetime  # naive
    zone: tzinfo
    is_date: bool

    @property
    def seconds(self) -> int:
        return instant(self.wall, self.zone)

    def in_zone(self, zone: tzinfo) -> datetime:
        """Return the naive wall time on the clock of another zone; a date stays what it is."""
        if self.is_date or zone == self.zone:
            return self.wall
        return wall_of(self.seconds, zone)


@dataclass(frozen=True)
class Length:
    """How long an event lasts: nominal days, then exact seconds; on the wall, the whole of it."""

    exact_s: int  # measured on the first instance
    wall: timedelta  # the difference of the two wall times
    days: int = 0  # of a DURATION: those follow the calendar
    time_s: int = 0
    is_duration: bool = False


class Reader:
    """Turns property values into moments; `zones` knows the file's own."""

    def __init__(self, zones: Zones, owner: ZoneInfo) -> None:
        self.zones = zones
        self.owner = owner

    def moment(self, found: Property, value: str | None = None) -> Moment:
        """Read a date or a time.

        Raises:
            ValueError: it is neither.
        """
        text = (found.value if value is None else value).strip()
        if _DATE.match(text):
            day = datetime.strptime(text, "%Y%m%d")  # noqa: DTZ007
            return Moment(day, self.owner, is_date=True)
        match = _TIME.match(text)
        if match is None:
            raise ValueError("neither date nor time")
        wall = datetime.strptime(match[1], "%Y%m%d")  # noqa: DTZ007
        wall = datetime.combine(
            wall, time(int(match[2]), int(match[3]), min(59, int(match[4] or 0)))
        )
        if match[5]:
            return Moment(wall, UTC, is_date=False)
        name = found.parameters.get("TZID", "")
        return Moment(wall, self.zones.find(name) if name else self.owner, is_date=False)

    def moments(self, found: Property) -> Iterator[tuple[Moment, Length | None]]:
        """Read a list of dates, times or periods."""
        for item in found.value.split(","):
            if not item.strip():
                continue
            first, _, rest = item.partition("/")
            start = self.moment(found, first)
            if not rest:
                yield start, None
            elif rest.lstrip("+-").upper().startswith("P"):
                yield start, read_duration(rest)
            else:
                yield start, between(start, self.moment(found, rest))


def read_duration(text: str) -> Length:
    """Read a DURATION (RFC 5545, 3.3.6): weeks and days are nominal, hours and less exact.

    Raises:
        ValueError: it is none.
    """
    match = _DURATION.match(text.strip())
    if match is None or match[1] == "-":
        raise ValueError("no duration")
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:])
    days, time_s = weeks * 7 + days, hours * 3600 + minutes * 60 + seconds
    whole = timedelta(days=days, seconds=time_s)
    return Length(int(whole.total_seconds()), whole, days, time_s, is_duration=True)


def between(start: Moment, end: Moment) -> Length:
    return Length(end.seconds - start.seconds, end.in_zone(start.zone) - start.wall)


class Series:
    """An event component: where it starts, how long it lasts, how it repeats."""

    def __init__(self, event: Component, reader: Reader) -> None:
        """Read an event.

        Raises:
            ValueError: it has no start that can be read.
        """
        self.event = event
        self.reader = reader
        found = event.first("DTSTART")
        if found is None:
            raise ValueError("no start")
        self.start = reader.moment(found)
        self.warnings: Counter[str] = Counter()
        self.length = self._length()

    def _length(self) -> Length:
        end, duration = self.event.first("DTEND"), self.event.first("DURATION")
        length = Length(0, _NOTHING)
        if end is not None:
            last = self.reader.moment(end)
            length = between(self.start, last)
            if length.exact_s < 0:  # written the wrong way round: the time between is meant
                self.warnings["ends_before_start"] += 1
                self.start, length = last, between(last, self.start)
        elif duration is not None:
            length = read_duration(duration.value)
        if self.start.is_date and length.wall < timedelta(days=1):
            return Length(86400, timedelta(days=1))
        return length

    def walls(self, lo: int, hi: int) -> dict[datetime, Length]:
        """Return wall time and length of each instance that may reach into [lo, hi)."""
        reach = max(self.length.wall, _NOTHING) + timedelta(days=2)
        first = wall_of(lo, UTC) - reach
        last = wall_of(hi, UTC) + timedelta(days=2)
        rules = [found.value for found in self.event.every("RRULE")]
        start = self.start
        options: Any = {"start": start.wall, "zone": start.zone, "is_date": start.is_date}
        found: dict[datetime, Length] = {}
        if not rules or not all(ends_before(rule, **options) for rule in rules):
            found[start.wall] = self.length
        for rule in rules:
            try:
                for wall in expand(rule, **options, lo=first, hi=last):
                    found[wall] = self.length
            except SubDailyError:
                self.warnings["repeats_within_a_day"] += 1
            except (ValueError, OverflowError):
                self.warnings["unreadable_rule"] += 1
        for dates in self.event.every("RDATE"):
            for moment, length in self.reader.moments(dates):
                found[self._key(moment)] = length or self.length
        for wall in self._excluded(found, first, last):
            found.pop(wall, None)
        return {wall: length for wall, length in found.items() if first <= wall <= last}

    def single(self) -> dict[datetime, Length]:
        """Return the one instance of a changed event: a rule beside RECURRENCE-ID is the series'."""
        return {self.start.wall: self.length}

    def excludes(self, moment: Moment) -> bool:
        """Whether an EXDATE names this instance."""
        named = set(self.named(moment, [self._key(moment)]))
        for dates in self.event.every("EXDATE"):
            for excluded, _ in self.reader.moments(dates):
                if named & set(self.named(excluded, named)):
                    return True
        return False

    @property
    def sequence(self) -> int:
        return sequence_of(self.event)

    def _key(self, moment: Moment) -> datetime:
        return moment.in_zone(self.start.zone)

    def _excluded(
        self, found: dict[datetime, Length], first: datetime, last: datetime
    ) -> Iterator[datetime]:
        start = self.start
        for dates in self.event.every("EXDATE"):
            for moment, _ in self.reader.moments(dates):
                yield from self.named(moment, found)
        for rule in self.event.every("EXRULE"):
            yield from expand(
                rule.value,
                start=start.wall,
                zone=start.zone,
                is_date=start.is_date,
                lo=first,
                hi=last,
            )

    def named(self, moment: Moment, walls: Iterable[datetime]) -> list[datetime]:
        """Return the instances that a date or time names: a bare date names all of that day."""
        key = self._key(moment)
        if moment.is_date or self.start.is_date:
            return [wall for wall in walls if wall.date() == key.date()]
        return [key]

    def span(self, wall: datetime, length: Length) -> Iv | None:
        """Return the instants one instance takes; None if it takes no time.

        Where a clock change makes two readings of its end, the longer holds: hours as they pass
        (RFC 5545, 3.3.6), or the end on the wall as most calendars show it.
        """
        if self.start.is_date:
            end = wall + length.wall
            days = (end.date() - wall.date()).days or 1
            owner = self.reader.owner
            return (
                resolve_wall(wall.date(), 0, owner, "start"),
                resolve_wall(wall.date() + timedelta(days=days), 0, owner, "start"),
            )
        if length.wall <= _NOTHING and length.exact_s <= 0:
            return None
        zone = self.start.zone
        start = first = instant(wall, zone)
        if is_skipped(wall, zone):  # the clock jumps over it: it begins with the jump
            start = min(first, _jump(wall, zone))
        if length.is_duration:
            exact = instant(wall + timedelta(days=length.days), zone) + length.time_s
        else:
            exact = first + length.exact_s
        return (start, max(exact, instant(wall + length.wall, zone)))


def _jump(wall: datetime, zone: tzinfo) -> int:
    """Return the instant at which clocks jump over a wall time, to the minute."""
    step = timedelta(minutes=1)
    for _ in range(24 * 60):
        if not is_skipped(wall, zone):
            return instant(wall, zone)
        wall += step
    return instant(wall, zone)


def sequence_of(event: Component) -> int:
    number = re.match(r"\d{1,9}", event.text("SEQUENCE"))
    return int(number[0]) if number else 0


def newest(events: Sequence[Component]) -> list[Component]:
    """Of versions of one event keep the newest: by SEQUENCE, then by when it was last touched."""

    def age(event: Component) -> tuple[int, str]:
        return (sequence_of(event), event.text("LAST-MODIFIED") or event.text("DTSTAMP"))

    best = max((age(event)[0] for event in events), default=0)
    kept = [event for event in events if age(event)[0] == best]
    latest: dict[str, Component] = {}
    # Some rotas give every shift the same UID: then they differ in their start, and all hold.
    for event in sorted(kept, key=age):
        latest[event.text("DTSTART")] = event
    return list(latest.values())
