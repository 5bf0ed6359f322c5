"""Calendars for others: one VEVENT of one recipient in a mail, or a feed of several (RFC 5545, 5546).

Calendars are often shared at work: the summary is neutral, there is no topic, employer or note, no
other attendee, and no alarm (it would double our reminders). All times are UTC: no zone's rules need
to be told, and none can be told wrongly.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from icalendar import Calendar, Event, vCalAddress, vDuration, vText

Method = Literal["REQUEST", "CANCEL"]

PRODID = "-//Rapport//Sessions//EN"


@dataclass(frozen=True)
class Person:
    name: str
    email: str


@dataclass(frozen=True)
class Entry:
    """What one person's calendar is told of one session. Datetimes are aware."""

    uid: str
    sequence: int
    start: datetime
    end: datetime
    stamp: datetime
    summary: str
    location: str = ""
    is_canceled: bool = False
    is_tentative: bool = False


@dataclass(frozen=True)
class Invite:
    """An entry as it is mailed: with the method, and the two addresses that it may name."""

    method: Method
    uid: str
    sequence: int
    start: datetime
    end: datetime
    stamp: datetime
    summary: str
    organizer: Person  # the platform's monitored address, never a person's
    attendee: Person  # the recipient, alone
    location: str = ""


def calendar_part(invite: Invite) -> bytes:
    """Return the iCalendar text of one invite; its METHOD is the one the MIME part must name."""
    calendar = _calendar()
    calendar.add("method", invite.method)
    event = _event(
        Entry(
            uid=invite.uid,
            sequence=invite.sequence,
            start=invite.start,
            end=invite.end,
            stamp=invite.stamp,
            summary=invite.summary,
            location=invite.location,
            is_canceled=invite.method == "CANCEL",
        )
    )
    event["organizer"] = _address(invite.organizer)
    attendee = _address(invite.attendee)
    attendee.params["role"] = vText("REQ-PARTICIPANT")
    attendee.params["partstat"] = vText("NEEDS-ACTION")
    attendee.params["rsvp"] = vText("FALSE")
    event["attendee"] = attendee
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def calendar_feed(entries: Iterable[Entry], *, name: str, refresh: timedelta) -> bytes:
    """Return a calendar to subscribe to: the same UIDs as in mails, and nobody's address.

    Args:
        entries: in the order in which they are to stand.
        name: of the calendar, in the reader's list.
        refresh: how often to ask again (RFC 7986; older programs read the X- property).
    """
    calendar = _calendar()
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar["refresh-interval"] = vDuration(refresh)
    calendar["refresh-interval"].params["value"] = vText("DURATION")
    calendar["x-published-ttl"] = vDuration(refresh)
    for entry in entries:
        calendar.add_component(_event(entry))
    return bytes(calendar.to_ical())


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    return calendar


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.stamp.astimezone(UTC))
    event.add("dtstart", entry.start.astimezone(UTC))
    event.add("dtend", entry.end.astimezone(UTC))
    event.add("summary", _line(entry.summary))
    if entry.location:
        event.add("location", _line(entry.location))
    status = "TENTATIVE" if entry.is_tentative else "CONFIRMED"
    event.add("status", "CANCELLED" if entry.is_canceled else status)
    event.add("transp", "OPAQUE")
    event.add("class", "PRIVATE")
    return event


def _line(text: str) -> str:
    """Return `text` without control characters: a line break would begin another property."""
    return " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())


def _address(person: Person) -> vCalAddress:
    address = vCalAddress(f"mailto:{person.email}")
    if person.name:
        # Quotes cannot be written inside a parameter.
        address.params["cn"] = vText(_line(person.name).replace('"', "'"))
    return address
