"""From the bytes of a calendar file to its components: tolerant, and only what time needs.

Titles, notes and people are dropped here, line by line: nothing after this step has seen them.
Source: RFC 5545, section 3.1 (content lines, folding); the tolerance is for files as they come.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

# What is read, by component. Everything else is forgotten as it goes by.
_EVENT = {
    "UID", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID",
    "STATUS", "TRANSP", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED", "X-MICROSOFT-CDO-BUSYSTATUS",
}  # fmt: skip
_ZONE_PART = {"DTSTART", "RRULE", "RDATE", "TZOFFSETFROM", "TZOFFSETTO"}
_KEPT = {
    "VCALENDAR": {"METHOD"},
    "VEVENT": _EVENT,
    "VFREEBUSY": {"FREEBUSY"},
    "VTIMEZONE": {"TZID", "X-LIC-LOCATION"},
    "STANDARD": _ZONE_PART,
    "DAYLIGHT": _ZONE_PART,
}
# A new one of these ends whatever was left open before it.
_TOP = {"VCALENDAR", "VEVENT", "VFREEBUSY", "VTIMEZONE", "VTODO", "VJOURNAL"}
_PARAMETER = re.compile(r';([^=;:"]+)=((?:"[^"]*"|[^;:"]*)*)')
_LONGEST_HEAD = 8192  # characters before the value; RFC 5545 asks for lines of 75


class CalendarUnreadableError(Exception):
    """A file that is no calendar, or not a whole one. `code` is ours; no text of the file."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Property(NamedTuple):
    name: str  # upper case
    parameters: dict[str, str]  # names in upper case, values without quotes
    value: str


@dataclass
class Component:
    name: str
    properties: list[Property] = field(default_factory=list)
    parts: list[Component] = field(default_factory=list)

    def first(self, name: str) -> Property | None:
        return next((found for found in self.properties if found.name == name), None)

    def every(self, name: str) -> list[Property]:
        return [found for found in self.properties if found.name == name]

    def text(self, name: str) -> str:
        found = self.first(name)
        return found.value.strip().upper() if found else ""


def read_components(content: bytes) -> list[Component]:
    """Return the VCALENDARs of a file, each with its VEVENT, VFREEBUSY and VTIMEZONE parts.

    Raises:
        CalendarUnreadableError: "not_a_calendar": there is none in it; "cut_off": it ends within
            an event, as when a download broke off. A half must not pass for the whole.
    """
    calendars: list[Component] = []
    stack: list[Component] = []
    for line in _lines(content):
        upper = line[:60].upper()
        if upper.startswith("BEGIN:"):
            _begin(upper[6:].strip(), stack, calendars)
        elif upper.startswith("END:"):
            _end(upper[4:].strip(), stack)
        elif stack and (kept := _KEPT.get(stack[-1].name)):
            name = re.split("[;:]", upper, maxsplit=1)[0].strip()
            if name in kept and (found := _property(line)):
                stack[-1].properties.append(found)
    if not calendars:
        raise CalendarUnreadableError("not_a_calendar")
    if len(stack) > 1:  # only the calendar's own end may be missing
        raise CalendarUnreadableError("cut_off")
    return calendars


def _begin(name: str, stack: list[Component], calendars: list[Component]) -> None:
    if name == "VCALENDAR":
        stack.clear()
    elif name in _TOP and stack:
        del stack[1:]
    elif not stack and name not in ("VEVENT", "VFREEBUSY"):
        return  # outside of any calendar
    component = Component(name)
    if not stack and name != "VCALENDAR":  # an event without a calendar round it
        calendars.append(Component("VCALENDAR"))
        stack.append(calendars[-1])
    if stack:
        stack[-1].parts.append(component)
    else:
        calendars.append(component)
    stack.append(component)


def _end(name: str, stack: list[Component]) -> None:
    for depth in range(len(stack) - 1, -1, -1):
        if stack[depth].name == name:
            del stack[depth:]
            return


def _lines(content: bytes) -> Iterator[str]:
    """Yield unfolded lines. A fold may fall inside a letter, so bytes are joined before decoding."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        content = content.decode("utf-16", errors="replace").encode()
    elif b"\x00" in content[:200]:  # UTF-16 without its mark
        encoding = "utf-16-be" if content[:1] == b"\x00" else "utf-16-le"
        content = content.decode(encoding, errors="replace").encode()
    content = re.sub(rb"\r+\n?", b"\n", content.replace(b"\x00", b""))
    content = re.sub(rb"\n[ \t]", b"", content)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    yield from text.split("\n")


def _property(line: str) -> Property | None:
    """Split a content line: `NAME;PARAM="a:b":value`; None if it has no value."""
    start = line[:_LONGEST_HEAD]  # so that no line, however made, costs more than its length
    at = start.find(":")
    while at >= 0 and start.count('"', 0, at) % 2:  # a colon between quotes parts nothing
        at = start.find(":", at + 1)
    if at < 0 and (at := start.find(":")) < 0:
        return None
    head, value = line[:at], line[at + 1 :]
    name, _, rest = head.partition(";")
    parameters = {
        key.strip().upper(): found.strip().strip('"')
        for key, found in _PARAMETER.findall(f";{rest}" if rest else "")
    }
    return Property(name.strip().upper(), parameters, value.strip())
