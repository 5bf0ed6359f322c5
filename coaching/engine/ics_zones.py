"""Which zone a TZID means: IANA names, Windows names, decorated names, or the file's own rules."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from io import StringIO
from zoneinfo import ZoneInfo, available_timezones

from dateutil.tz import tzical
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from coaching.engine.ics_text import Component

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_FIXED = re.compile(r"^(?:UTC|GMT|Z)?\s*([+-])(\d{1,2}):?(\d{2})?$", re.IGNORECASE)
_UTC_NAMES = {"UTC", "GMT", "Z", "ETC/UTC", "ETC/GMT", "COORDINATED UNIVERSAL TIME", "ZULU"}


@lru_cache(maxsize=1)
def _iana() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones()}


@lru_cache(maxsize=1)
def _windows() -> dict[str, str]:
    return {name.casefold(): zone for name, zone in WINDOWS_TO_OLSON.items()}


@lru_cache(maxsize=512)
def known_zone(name: str) -> tzinfo | None:
    """Return the zone that a name means everywhere, or None.

    Also "/vendor/version/Europe/London", "(UTC-05:00) ..." is left to the file's own definition, as
    such a label says nothing of summer time.
    """
    plain = name.strip().strip('"')
    if plain.upper() in _UTC_NAMES:
        return UTC
    parts = [part for part in plain.split("/") if part]
    for count in (3, 2, 1):
        found = _iana().get("/".join(parts[-count:]).replace(" ", "_").casefold())
        if found and count <= len(parts) and (count > 1 or len(parts) == 1):
            return ZoneInfo(found)
    if zone := _windows().get(plain.casefold()):
        return ZoneInfo(_iana().get(zone.casefold(), zone))
    if match := _FIXED.match(plain):
        sign = -1 if match[1] == "-" else 1
        offset = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
        return timezone(sign * offset) if offset < timedelta(hours=24) else None
    return None


class Zones:
    """The zones of one calendar; `unknown` counts what nobody could name."""

    def __init__(self, definitions: Iterable[Component], owner: ZoneInfo) -> None:
        self.owner = owner
        self.unknown = 0
        self._own: dict[str, Component] = {}
        for definition in definitions:
            found = definition.first("TZID")
            if found:
                self._own[found.value] = definition
        self._resolved: dict[str, tzinfo | None] = {}

    def find(self, name: str) -> tzinfo:
        """Return the zone of a TZID; the owner's where nobody knows it."""
        if name not in self._resolved:
            self._resolved[name] = known_zone(name) or self._from_file(name)
        zone = self._resolved[name]
        if zone is None:
            self.unknown += 1
            return self.owner
        return zone

    def _from_file(self, name: str) -> tzinfo | None:
        definition = self._own.get(name) or self._own.get(name.strip('"'))
        if definition is None:
            return None
        hint = definition.first("X-LIC-LOCATION")
        if hint and (zone := known_zone(hint.value)):
            return zone
        try:
            return tzical(StringIO(_written_out(definition))).get()
        except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
            return None


def _written_out(definition: Component) -> str:
    """Write a VTIMEZONE as dateutil reads it: one TZID, rules with their start."""
    lines = ["BEGIN:VTIMEZONE", "TZID:custom"]
    for part in definition.parts:
        lines.append(f"BEGIN:{part.name}")
        lines += [f"{found.name}:{_plain(found.value)}" for found in part.properties]
        lines.append(f"END:{part.name}")
    return "\n".join([*lines, "END:VTIMEZONE"])


def _plain(value: str) -> str:
    """Offsets of four digits: some files write "-05:00"."""
    return re.sub(r"^([+-])(\d\d):(\d\d)$", r"\1\2\3", value)


def instant(wall: datetime, zone: tzinfo, *, fold: int = 0) -> int:
    """Return epoch seconds of a naive wall time: its first pass, or shifted past a skipped hour."""
    aware = wall.replace(tzinfo=zone, fold=fold)
    offset = aware.utcoffset() or timedelta()
    return (wall.replace(tzinfo=UTC) - _EPOCH) // _SECOND - offset // _SECOND


def wall_of(seconds: int, zone: tzinfo) -> datetime:
    """Return the naive wall time of an instant; `fold` set on a second pass."""
    return datetime.fromtimestamp(seconds, zone).replace(tzinfo=None)


def is_skipped(wall: datetime, zone: tzinfo) -> bool:
    """Whether clocks jump over this wall time."""
    return instant(wall, zone) > instant(wall, zone, fold=1)
