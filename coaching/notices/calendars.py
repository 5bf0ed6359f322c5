"""The calendar entry of one side of a booking, for mails, pages and feeds alike."""

from __future__ import annotations

from email.utils import parseaddr
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext

from accounts.models import Practice
from coaching.engine.itip import Entry, Invite, Method, Person, calendar_part
from coaching.models import CalendarFeed

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from coaching.models import Booking, CoachingSession


def label_of(person: User) -> str:
    """Return what the person's own entries are called: neutral, unless they chose other words."""
    feed = CalendarFeed.objects.filter(person=person).first()
    return (feed.label if feed else "") or gettext("Appointment")


def own_entry(*, booking: Booking, label: str, stamp: datetime) -> Entry:
    """Return the clinician's entry of a booking."""
    session = booking.coaching_session
    return Entry(
        uid=str(booking.ics_uid),
        sequence=booking.ics_seq,
        start=session.starts_at,
        end=session.ends_at,
        stamp=stamp,
        summary=label,
        location=session.location,
        is_tentative=booking.state == booking.State.REQUESTED,
    )


def coach_entry(*, session: CoachingSession, initials: str, stamp: datetime) -> Entry:
    """Return the coach's entry of a session; `initials` of its one clinician, "" for a group."""
    return Entry(
        uid=str(session.ics_uid),
        sequence=session.ics_seq,
        start=session.starts_at,
        end=session.ends_at,
        stamp=stamp,
        summary=f"{gettext('Session')} {initials}".strip(),
        location=session.location,
    )


def calendar_for(*, booking: Booking, recipient: User, method: Method, stamp: datetime) -> bytes:
    """Return the calendar entry of one side: the coach's has the session's UID, the other its own."""
    session = booking.coaching_session
    if recipient.pk == booking.clinician_id:
        entry = own_entry(booking=booking, label=label_of(recipient), stamp=stamp)
    else:
        initials = "" if session.is_group else booking.clinician.initials
        entry = coach_entry(session=session, initials=initials, stamp=stamp)
    return calendar_part(
        Invite(
            method=method,
            uid=entry.uid,
            sequence=entry.sequence,
            start=entry.start,
            end=entry.end,
            stamp=entry.stamp,
            summary=entry.summary,
            organizer=Person(
                Practice.current().sender_name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
            ),
            attendee=Person(recipient.name, recipient.email),
            location=entry.location,
        )
    )
