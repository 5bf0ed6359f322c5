"""Calendars from elsewhere: Maya's own, and the shifts of the clinician whom a visitor can be."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import User
from coaching.services.calendar_fetches import read_one
from coaching.services.calendar_sources import add_upload
from config.demo.cast import DOMAIN

WEEKS = 9
# Weekday, hour of start: twelve hours each. Every third week is one of nights.
DAYS = ((0, 7), (1, 7), (4, 7))
NIGHTS = ((1, 19), (2, 19), (3, 19))
# Name, weekday, start and end; outside of most people's wishes, so that the demo stays bookable.
BUSY = (
    ("Supervision group", "TU", "113000", "123000"),
    ("School run", "TH", "170000", "190000"),
)


def make_calendars(*, now: datetime) -> None:
    """Upload both as files and read them as the worker would."""
    maya = User.objects.get(email=f"consultant@{DOMAIN}")
    clinician = User.objects.get(email=f"clinician@{DOMAIN}")
    for person, kind, data in (
        (maya, "busy", _busy(maya.time_zone, now)),
        (clinician, "rota", _rota(clinician.time_zone, now)),
    ):
        source = add_upload(person=person, kind=kind, data=data, now=now)
        read_one(source_id=source.pk, now=now)


def _busy(zone: str, now: datetime) -> bytes:
    """Every week, as Outlook writes it."""
    events: list[str] = []
    day = now - timedelta(days=now.weekday() + 7)
    for name, weekday, start, end in BUSY:
        on = day + timedelta(days=("MO", "TU", "WE", "TH", "FR").index(weekday))
        events += [
            "BEGIN:VEVENT",
            f"UID:{weekday}@calendar.example",
            f"SUMMARY:{name}",
            f"DTSTART;TZID={zone}:{on:%Y%m%d}T{start}",
            f"DTEND;TZID={zone}:{on:%Y%m%d}T{end}",
            f"RRULE:FREQ=WEEKLY;BYDAY={weekday}",
            "X-MICROSOFT-CDO-BUSYSTATUS:BUSY",
            "END:VEVENT",
        ]
    return _file(events)


def _rota(zone: str, now: datetime) -> bytes:
    """One event a shift, as rota programs write it."""
    monday = (now - timedelta(days=now.weekday())).replace(hour=0, minute=0, second=0)
    events: list[str] = []
    for week in range(WEEKS):
        is_nights = week % 3 == 2
        for weekday, hour in NIGHTS if is_nights else DAYS:
            start = monday + timedelta(weeks=week, days=weekday, hours=hour)
            end = start + timedelta(hours=12)  # of wall clock, as shifts are
            events += [
                "BEGIN:VEVENT",
                f"UID:{week}-{weekday}@rota.example",
                f"SUMMARY:{'Night' if is_nights else 'Day'}, ward 4",
                f"DTSTART;TZID={zone}:{start:%Y%m%dT%H%M%S}",
                f"DTEND;TZID={zone}:{end:%Y%m%dT%H%M%S}",
                "END:VEVENT",
            ]
    return _file(events)


def _file(events: list[str]) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//demo//EN", *events, "END:VCALENDAR", ""]
    return "\r\n".join(lines).encode()
