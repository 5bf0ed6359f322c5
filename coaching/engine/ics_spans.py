"""When somebody is busy, from a calendar file. Spans only: no title, place or person survives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from coaching.engine.ics_series import Length, Moment, Reader, Series, newest, sequence_of
from coaching.engine.ics_text import Component, read_components
from coaching.engine.ics_zones import Zones
from coaching.engine.intervals import Iv, merge

Guard = Callable[[], AbstractContextManager[object]]
MOST_SPANS = 50_000
_FUTURE = "THISANDFUTURE"


@dataclass
class Reading:
    """What a file says. Spans in epoch seconds, sorted and disjoint, cut to the window asked for."""

    spans: list[Iv]
    warnings: dict[str, int] = field(default_factory=dict)
    events: int = 0


def read_calendar(
    content: bytes, *, zone: str, lo: int, hi: int, guard: Guard = nullcontext
) -> Reading:
    """Return when the owner of a calendar file is busy within [lo, hi).

    Free, canceled and transparent events take no time; tentative ones do, for nobody is free to be
    booked who may be elsewhere. Whole days run from midnight to midnight in the owner's zone, and
    times without a zone are meant in it. Source: RFC 5545, with the readings of ADR 0013.

    Args:
        content: of the file, up to some megabytes.
        zone: IANA name of the owner's zone.
        lo: epoch seconds.
        hi: epoch seconds.
        guard: entered around each event, to break off one that takes too long (`TimeoutError`).

    Raises:
        CalendarUnreadableError: "not_a_calendar", "cut_off", "too_complex".
    """
    owner = ZoneInfo(zone)
    warnings: Counter[str] = Counter()
    spans: list[Iv] = []
    events = 0
    for calendar in read_components(content):
        zones = Zones((part for part in calendar.parts if part.name == "VTIMEZONE"), owner)
        reader = Reader(zones, owner)
        if calendar.text("METHOD") == "CANCEL":
            continue
        for group in _by_uid(_events(calendar)):
            events += len(group)
            try:
                with guard():
                    spans += _spans_of(group, reader, lo, hi, warnings)
            except TimeoutError:
                warnings["too_complex"] += 1
            except (ValueError, OverflowError, OSError, TypeError, ArithmeticError):
                warnings["unreadable_event"] += 1
            if len(spans) > MOST_SPANS:
                spans = merge(spans)
        spans += _free_busy(calendar, reader, warnings)
        if zones.unknown:
            warnings["unknown_zone"] += zones.unknown
    cut = merge((max(start, lo), min(end, hi)) for start, end in spans)
    return Reading(cut, dict(warnings), events)


def _events(calendar: Component) -> Iterator[Component]:
    """Yield the events that have a time; the others take none."""
    for part in calendar.parts:
        if part.name == "VEVENT" and part.first("DTSTART") is not None:
            yield part


def _by_uid(events: Iterable[Component]) -> list[list[Component]]:
    groups: dict[str, list[Component]] = {}
    for number, event in enumerate(events):
        found = event.first("UID")
        # Without a UID an event stands for itself.
        groups.setdefault(found.value if found and found.value else f"\n{number}", []).append(event)
    return list(groups.values())


def is_free(event: Component) -> bool:
    """Whether an event leaves its time free."""
    return (
        event.text("STATUS") == "CANCELLED"
        or event.text("TRANSP") == "TRANSPARENT"
        or event.text("X-MICROSOFT-CDO-BUSYSTATUS") == "FREE"
    )


def _spans_of(
    group: list[Component], reader: Reader, lo: int, hi: int, warnings: Counter[str]
) -> list[Iv]:
    """Return the spans of one UID: its series without the changed instances, and those."""
    masters = newest([event for event in group if event.first("RECURRENCE-ID") is None])
    changes = _changes(
        [event for event in group if event.first("RECURRENCE-ID") is not None], reader
    )
    found: list[Iv | None] = []
    for master in masters:
        series = Series(master, reader)
        walls = series.walls(lo, hi)
        shifts = []
        changes = [
            change
            for change in changes
            # A change of an instance that the series drops is dropped with it, unless it came later.
            if not (series.sequence >= sequence_of(change[1]) and series.excludes(change[0]))
        ]
        for moment, change, is_future in changes:
            for wall in series.named(moment, list(walls)):
                walls.pop(wall, None)
            if is_future:
                shifts.append((moment.in_zone(series.start.zone), change))
        if not is_free(master) or shifts:
            found += _instances(series, walls, shifts, reader, is_master_free=is_free(master))
        warnings.update(series.warnings)
    for _, change, _ in changes:
        if is_free(change):
            continue
        series = Series(change, reader)
        found += [series.span(wall, length) for wall, length in series.single().items()]
        warnings.update(series.warnings)
    return [span for span in found if span is not None]


def _changes(events: list[Component], reader: Reader) -> list[tuple[Moment, Component, bool]]:
    """Return the newest version of each changed instance, and whether it changes those after it."""
    by_instance: dict[tuple[int, bool], list[tuple[Moment, Component]]] = {}
    for event in events:
        found = event.first("RECURRENCE-ID")
        if found is not None:
            try:
                moment = reader.moment(found)
            except ValueError:  # which instance it changes nobody can tell: it stands for itself
                moment = Series(event, reader).start
            by_instance.setdefault((moment.seconds, moment.is_date), []).append((moment, event))
    changes = []
    for versions in by_instance.values():
        event = newest([version for _, version in versions])[-1]
        moment = next(moment for moment, version in versions if version is event)
        found = event.first("RECURRENCE-ID")
        is_future = found is not None and found.parameters.get("RANGE", "").upper() == _FUTURE
        changes.append((moment, event, is_future))
    return sorted(changes, key=lambda change: change[0].seconds)


def _instances(
    series: Series,
    walls: Mapping[datetime, Length],
    shifts: Sequence[tuple[datetime, Component]],
    reader: Reader,
    *,
    is_master_free: bool,
) -> Iterator[Iv | None]:
    """Yield the span of each instance, moved along by a change of "this and all that follow"."""
    for wall, length in walls.items():
        ruling = next((shift for shift in reversed(shifts) if shift[0] <= wall), None)
        if ruling is None:
            if not is_master_free:
                yield series.span(wall, length)
        elif not is_free(ruling[1]):
            changed = Series(ruling[1], reader)
            by = changed.start.in_zone(series.start.zone) - ruling[0]
            yield series.span(wall + by, changed.length)


def _free_busy(calendar: Component, reader: Reader, warnings: Counter[str]) -> list[Iv]:
    """Return the busy periods that a calendar publishes instead of its events."""
    spans = []
    for part in (part for part in calendar.parts if part.name == "VFREEBUSY"):
        for found in part.every("FREEBUSY"):
            if found.parameters.get("FBTYPE", "BUSY").upper() == "FREE":
                continue
            try:
                for start, length in reader.moments(found):
                    spans.append((start.seconds, start.seconds + _seconds(length)))
            except (ValueError, OverflowError):
                warnings["unreadable_event"] += 1
    return spans


def _seconds(length: Length | None) -> int:
    return length.exact_s if length is not None else 0
