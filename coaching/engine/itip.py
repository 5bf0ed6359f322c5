"""Calendar parts of mail: one VEVENT for one recipient (RFC 5545, 5546).

Calendars are often shared at work: the summary is neutral, there is no topic, employer or note, no
other attendee, and no alarm (it would double our reminders).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from icalendar import Calendar, Event, vCalAddress, vText, vUri

Method = Literal["REQUEST", "CANCEL"]

PRODID = "-//Rapport//Sessions//EN"


@dataclass(frozen=True)
class Person:
    name: str
    email: str


@dataclass(frozen=True)
class Invite:
    """What one recipient's calendar is told. Datetimes are aware."""

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
    url: str = ""


def calendar_part(invite: Invite) -> bytes:
    """Return the iCalendar text of one invite; its METHOD is the one the MIME part must name."""
    calendar = Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    calendar.add("method", invite.method)
    event = Event()
    event.add("uid", invite.uid)
    event.add("sequence", invite.sequence)
    event.add("dtstamp", invite.stamp)
    event.add("dtstart", invite.start)
    event.add("dtend", invite.end)
    event.add("summary", invite.summary)
    if invite.location:
        event.add("location", invite.location)
    if invite.url:
        event.add("url", vUri(invite.url))
    event.add("status", "CANCELLED" if invite.method == "CANCEL" else "CONFIRMED")
    event.add("transp", "OPAQUE")
    event.add("class", "PRIVATE")
    event["organizer"] = _address(invite.organizer)
    attendee = _address(invite.attendee)
    attendee.params["role"] = vText("REQ-PARTICIPANT")
    attendee.params["partstat"] = vText("NEEDS-ACTION")
    attendee.params["rsvp"] = vText("FALSE")
    event["attendee"] = attendee
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _address(person: Person) -> vCalAddress:
    address = vCalAddress(f"mailto:{person.email}")
    if person.name:
        # Quotes cannot be written inside a parameter.
        address.params["cn"] = vText(person.name.replace('"', "'"))
    return address
