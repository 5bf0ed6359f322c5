"""Mails about sessions: confirmed, moved, canceled, reminder. A row names a booking; text is made here.

To the clinician and to the coach, each with their own calendar entry. None says what the sessions
are about, for whom the clinician works, or who else is there.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from accounts.models import Practice
from coaching.engine.itip import Invite, Method, Person, calendar_part
from coaching.engine.policies import FREEING
from coaching.engine.reminders import reminder_times
from coaching.models import Booking
from core.templatetags.ui import zone_name
from notifications.kinds import Kind, Owed, Rendered, register

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from accounts.models import User
    from notifications.models import Message

SUBJECT_KIND = "coaching.booking"
BOOKING_CONFIRMED = "coaching.booking_confirmed"
BOOKING_MOVED = "coaching.booking_moved"
BOOKING_CANCELED = "coaching.booking_canceled"
SESSION_REMINDER = "coaching.session_reminder"

_MAX_SUBJECT = 60
_NEAR = timedelta(hours=6)  # below it a reminder counts hours and minutes


def find_booking(booking_id: int) -> Booking | None:
    return (
        Booking.objects.select_related(
            "clinician", "actor", "coaching_session__coach", "coaching_session__session_type"
        )
        .filter(pk=booking_id)
        .first()
    )


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


def describe_time(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """Return "Thursday 26 November 2026, 07:00 to 07:45 EST (UTC-05:00)" on the clock of `zone`."""
    local, until = start.astimezone(zone), end.astimezone(zone)
    offset = f"{local:%z}"
    return gettext("%(day)s, %(from)s to %(until)s %(zone)s (UTC%(offset)s)") % {
        "day": date_format(local, "l j F Y"),
        "from": f"{local:%H:%M}",
        "until": f"{until:%H:%M}",
        "zone": zone_name(local),
        "offset": f"{offset[:3]}:{offset[3:5]}",
    }


def distance(start: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Say how far off a start is, true at the moment of sending: "In 30 minutes", "Tomorrow"."""
    minutes = round((start - now).total_seconds() / 60)
    if minutes < 55:
        return ngettext("In %(n)d minute", "In %(n)d minutes", minutes) % {"n": max(minutes, 1)}
    day, today = start.astimezone(zone).date(), now.astimezone(zone).date()
    if start - now < _NEAR:
        hours = round(minutes / 60)
        return ngettext("In %(n)d hour", "In %(n)d hours", hours) % {"n": hours}
    if day == today:
        return gettext("Today")
    if day == today + timedelta(days=1):
        return gettext("Tomorrow")
    return date_format(start.astimezone(zone), "D j M")


def one_line(text: str) -> str:
    """Return `text` without line breaks, cut to a subject's length."""
    flat = " ".join(text.split())
    return flat if len(flat) <= _MAX_SUBJECT else flat[: _MAX_SUBJECT - 1].rstrip() + "…"


def _context(booking: Booking, recipient: User, now: datetime) -> dict[str, Any]:
    session = booking.coaching_session
    is_coach = recipient.pk == session.coach_id
    start = session.starts_at.astimezone(recipient.zone)
    path = (
        reverse("coaching:session_workspace", args=[session.public_id])
        if is_coach
        else reverse("coaching:booking_link", args=[booking.link_token])
    )
    return {
        "recipient": recipient,
        "is_coach": is_coach,
        # The coach's mails name the clinician as the coach's calendar does.
        "other": booking.clinician.initials if is_coach else str(session.coach),
        "day": date_format(start, "D j M"),
        "time": f"{start:%H:%M}",
        "when": describe_time(session.starts_at, session.ends_at, recipient.zone),
        "distance": distance(session.starts_at, now, recipient.zone),
        "is_near": timedelta() < session.starts_at - now < _NEAR,
        "location": session.location,
        # Named if it was neither of the two.
        "by": ""
        if booking.actor_id in (booking.clinician_id, session.coach_id)
        else str(booking.actor),
        "is_requested": booking.state == Booking.State.REQUESTED,
        "practice": Practice.current(),
        "url": f"{settings.SITE_URL}{path}",
        "site_url": settings.SITE_URL,
    }


def _render(message: Message) -> Rendered:
    booking = find_booking(message.subject_id)
    recipient = message.recipient
    if booking is None or recipient is None:
        raise LookupError(message.subject_id)  # `current` said otherwise a moment ago
    now = timezone.now()
    name = message.kind.removeprefix("coaching.")
    with translation.override(recipient.locale):
        context = _context(booking, recipient, now)
        parts = {
            part: render_to_string(f"coaching/email/{name}_{part}", context)
            for part in ("subject.txt", "body.txt", "body.html")
        }
        method: Method = "CANCEL" if message.kind == BOOKING_CANCELED else "REQUEST"
        has_calendar = message.kind != SESSION_REMINDER and not context["is_requested"]
        return Rendered(
            subject=one_line(parts["subject.txt"]),
            text=parts["body.txt"],
            html=parts["body.html"],
            sender_name=context["practice"].sender_name,
            reply_to=context["practice"].reply_to,
            calendar=calendar_for(booking=booking, recipient=recipient, method=method, stamp=now)
            if has_calendar
            else None,
            calendar_method=method if has_calendar else "",
        )


def _is_current(message: Message) -> bool:
    booking = find_booking(message.subject_id)
    if booking is None:
        return False
    if message.kind == BOOKING_CANCELED:
        return booking.state in FREEING  # a later correction does not bring the session back
    return booking.is_live and booking.rev == message.subject_rev


def _expected_reminders(now: datetime) -> Iterable[Owed]:
    """Yield the reminders that near sessions should have; those further off come later."""
    leads = settings.REMINDER_LEAD_TIMES_HOURS
    until = now + timedelta(hours=max(leads, default=0)) + timedelta(days=1)
    bookings = (
        Booking.objects.live()
        .select_related("clinician", "coaching_session")
        .filter(
            coaching_session__span__startswith__gt=now, coaching_session__span__startswith__lt=until
        )
    )
    for booking in bookings.iterator():
        for rule, due_at, not_after in reminder_times(booking.coaching_session.starts_at, leads):
            yield Owed(
                kind=SESSION_REMINDER,
                subject=booking,
                recipient=booking.clinician,
                rule=rule,
                due_at=due_at,
                not_after=not_after,
            )


def _expected_nothing(now: datetime) -> Iterable[Owed]:
    """News are written with what they tell: none can be missing."""
    return ()


def register_kinds() -> None:
    """Called once, when the app is ready."""
    for name in (BOOKING_CONFIRMED, BOOKING_MOVED, BOOKING_CANCELED, SESSION_REMINDER):
        register(
            Kind(
                name=name,
                current=_is_current,
                render=_render,
                expected=_expected_reminders if name == SESSION_REMINDER else _expected_nothing,
                ambiguous={"email": "resend_once"},
            )
        )
