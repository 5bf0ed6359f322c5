from dataclasses import replace
from datetime import UTC, datetime

from icalendar import Calendar

from coaching.engine.itip import Invite, Person, calendar_part

INVITE = Invite(
    method="REQUEST",
    uid="5b0c6f4e-0000-4000-8000-000000000001",
    sequence=0,
    start=datetime(2027, 6, 15, 8, tzinfo=UTC),
    end=datetime(2027, 6, 15, 8, 45, tzinfo=UTC),
    stamp=datetime(2027, 6, 1, 12, tzinfo=UTC),
    summary="Appointment",
    organizer=Person("Northlight", "hello@northlight.example"),
    attendee=Person("Ana Ruiz", "ana@northfield.example"),
    location="https://meet.example/r/abc",
)

GOLDEN = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Rapport//Sessions//EN
METHOD:REQUEST
BEGIN:VEVENT
SUMMARY:Appointment
DTSTART:20270615T080000Z
DTEND:20270615T084500Z
DTSTAMP:20270601T120000Z
UID:5b0c6f4e-0000-4000-8000-000000000001
SEQUENCE:0
ATTENDEE;CN="Ana Ruiz";PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT;RSVP=FAL
 SE:mailto:ana@northfield.example
CLASS:PRIVATE
LOCATION:https://meet.example/r/abc
ORGANIZER;CN=Northlight:mailto:hello@northlight.example
STATUS:CONFIRMED
TRANSP:OPAQUE
END:VEVENT
END:VCALENDAR
"""


def test_a_request_is_the_golden_file():
    assert calendar_part(INVITE) == GOLDEN.replace("\n", "\r\n").encode()


def test_a_cancellation_names_the_method_and_keeps_the_uid():
    part = calendar_part(replace(INVITE, method="CANCEL", sequence=1))
    calendar = Calendar.from_ical(part)
    (event,) = calendar.events
    assert calendar["method"] == "CANCEL"
    assert (event["uid"], event["sequence"], event["status"]) == (INVITE.uid, 1, "CANCELLED")


def test_names_cannot_break_out_of_their_line():
    rude = Person('A"\r\nATTENDEE:mailto:x@y.example', "ana@northfield.example")
    calendar = Calendar.from_ical(calendar_part(replace(INVITE, attendee=rude)))
    (event,) = calendar.events
    assert str(event["attendee"]) == "mailto:ana@northfield.example"


def test_there_is_no_alarm_and_one_attendee():
    part = calendar_part(INVITE)
    assert b"VALARM" not in part
    assert part.count(b"ATTENDEE") == 1
