"""The calendar entry of one side of a booking, for mails, pages and feeds alike."""

from __future__ import annotations

from email.utils import parseaddr
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext

from accounts.models import Practice
from coaching.engine.itip import Invite, Method, Person, calendar_part

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from coaching.models import Booking


def calendar_for(*, booking: Booking, recipient: User, method: Method, stamp: datetime) -> bytes:
    """Return the calendar entry of one side: the coach's has the session's UID, the other its own."""
    session = booking.coaching_session
    is_coach = recipient.pk == session.coach_id
    practice = Practice.current()
    summary = gettext("Appointment")
    if is_coach:
        summary = gettext("Session")
        if not session.is_group:
            summary = f"{summary} {booking.clinician.initials}"
    return calendar_part(
        Invite(
            method=method,
            uid=str(session.ics_uid if is_coach else booking.ics_uid),
            sequence=session.ics_seq if is_coach else booking.ics_seq,
            start=session.starts_at,
            end=session.ends_at,
            stamp=stamp,
            summary=summary,
            organizer=Person(practice.sender_name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1]),
            attendee=Person(recipient.name, recipient.email),
            location=session.location,
        )
    )
