"""Mails about groups, free places and changes of the coach. Text is made when it is sent.

None names a member of the group, a topic or an employer; each has at most its reader's own entry.
"""

from __future__ import annotations

from email.utils import parseaddr
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_lazy

from accounts.models import Practice
from coaching.engine.itip import Invite, Method, Person, calendar_part
from coaching.models import Booking, CoachingSession, WaitlistEntry
from coaching.notices.bookings import find_booking
from coaching.notices.calendars import calendar_for
from coaching.notices.wording import describe_time, one_line
from notifications.kinds import Kind, Rendered, register
from notifications.services.quiet import postponed_until

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from notifications.models import Message

WAITLIST_KIND = "coaching.waitlistentry"
SESSION_KIND = "coaching.coachingsession"
PLACE_OFFERED = "coaching.place_offered"
GROUP_PLANNED = "coaching.group_planned"
GROUP_MOVED = "coaching.group_moved"
GROUP_CANCELED = "coaching.group_canceled"
SESSION_TAKEN_OVER = "coaching.session_taken_over"
SESSION_HANDED_OVER = "coaching.session_handed_over"
COACH_CHANGED = "coaching.coach_changed"

_CANCELING = (GROUP_CANCELED, SESSION_HANDED_OVER)
_LABELS = {
    PLACE_OFFERED: gettext_lazy("Free place offered"),
    GROUP_PLANNED: gettext_lazy("Group planned"),
    GROUP_MOVED: gettext_lazy("Group moved"),
    GROUP_CANCELED: gettext_lazy("Group canceled"),
    SESSION_TAKEN_OVER: gettext_lazy("Session taken over"),
    SESSION_HANDED_OVER: gettext_lazy("Session handed over"),
    COACH_CHANGED: gettext_lazy("Coach changed"),
}


def session_calendar(
    *, session: CoachingSession, coach: User, method: Method, stamp: datetime
) -> bytes:
    """Return a coach's entry of a session, or its end for the coach who had it before."""
    return calendar_part(
        Invite(
            method=method,
            uid=str(session.ics_uid),
            sequence=session.ics_seq,
            start=session.starts_at,
            end=session.ends_at,
            stamp=stamp,
            summary=gettext("Session"),
            organizer=Person(
                Practice.current().sender_name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
            ),
            attendee=Person(coach.name, coach.email),
            location=session.location,
        )
    )


def _find_session(session_id: int) -> CoachingSession | None:
    related = CoachingSession.objects.select_related("session_type", "coach")
    return related.filter(pk=session_id).first()


def _find_entry(entry_id: int) -> WaitlistEntry | None:
    related = WaitlistEntry.objects.select_related(
        "clinician", "coaching_session__coach", "coaching_session__session_type"
    )
    return related.filter(pk=entry_id).first()


def _session_of(message: Message) -> CoachingSession:
    if message.kind == PLACE_OFFERED:
        entry = _find_entry(message.subject_id)
        session = entry.coaching_session if entry else None
    elif message.kind == COACH_CHANGED:
        booking = find_booking(message.subject_id)
        session = booking.coaching_session if booking else None
    else:
        session = _find_session(message.subject_id)
    if session is None:
        raise LookupError(message.subject_id)  # `current` said otherwise a moment ago
    return session


def _render(message: Message) -> Rendered:
    recipient = message.recipient
    if recipient is None:
        raise LookupError(message.subject_id)
    session = _session_of(message)
    name = message.kind.removeprefix("coaching.")
    with translation.override(recipient.locale):
        context = _context(message, session, recipient)
        parts = {
            part: render_to_string(f"coaching/email/{name}_{part}", context)
            for part in ("subject.txt", "body.txt", "body.html")
        }
        method: Method = "CANCEL" if message.kind in _CANCELING else "REQUEST"
        calendar = _calendar(message, session, recipient, method)
        return Rendered(
            subject=one_line(parts["subject.txt"]),
            text=parts["body.txt"],
            html=parts["body.html"],
            sender_name=context["practice"].sender_name,
            reply_to=context["practice"].reply_to,
            calendar=calendar,
            calendar_method=method if calendar else "",
        )


def _calendar(
    message: Message, session: CoachingSession, recipient: User, method: Method
) -> bytes | None:
    now = timezone.now()
    if message.kind == PLACE_OFFERED:
        return None
    if message.kind in (COACH_CHANGED, SESSION_TAKEN_OVER):
        booking = _booking_of(message, session)
        if booking is not None:
            return calendar_for(booking=booking, recipient=recipient, method=method, stamp=now)
    return session_calendar(session=session, coach=recipient, method=method, stamp=now)


def _booking_of(message: Message, session: CoachingSession) -> Booking | None:
    if message.kind == COACH_CHANGED:
        return find_booking(message.subject_id)
    if session.is_group:
        return None
    booking = Booking.objects.live().filter(coaching_session=session).first()
    return find_booking(booking.pk) if booking else None


def _context(message: Message, session: CoachingSession, recipient: User) -> dict[str, Any]:
    start = session.starts_at.astimezone(recipient.zone)
    context: dict[str, Any] = {
        "recipient": recipient,
        "other": str(session.coach),
        "day": date_format(start, "D j M"),
        "time": f"{start:%H:%M}",
        "when": describe_time(session.starts_at, session.ends_at, recipient.zone),
        "location": session.location,
        "practice": Practice.current(),
    }
    if message.kind == PLACE_OFFERED:
        entry = _find_entry(message.subject_id)
        ends = entry.offer_expires_at if entry else None
        if entry is None or ends is None:
            raise LookupError(message.subject_id)
        until = ends.astimezone(recipient.zone)
        path = reverse("coaching:place_offer", args=[entry.link_token])
        context |= {"until": f"{date_format(until, 'D')} {until:%H:%M}"}
    elif message.kind == COACH_CHANGED:
        path = reverse("coaching:session_detail", args=[session.public_id])
    elif message.kind == SESSION_HANDED_OVER:
        path = reverse("coaching:session_list")
    else:
        path = reverse("coaching:session_workspace", args=[session.public_id])
        context["other"] = gettext("a group")
        if not session.is_group:
            booking = _booking_of(message, session)
            context["other"] = booking.clinician.initials if booking else ""
    return context | {"url": f"{settings.SITE_URL}{path}", "site_url": settings.SITE_URL}


def _is_current(message: Message) -> bool:
    """The text is made when it is sent: so it is true as long as the thing itself still holds."""
    if message.kind == PLACE_OFFERED:
        entry = _find_entry(message.subject_id)
        return (
            entry is not None
            and entry.state == WaitlistEntry.State.OFFERED
            and entry.rev == message.subject_rev
        )
    if message.kind == COACH_CHANGED:
        booking = find_booking(message.subject_id)
        return booking is not None and booking.is_live and booking.rev == message.subject_rev
    session = _find_session(message.subject_id)
    if session is None:
        return False
    if message.kind == SESSION_HANDED_OVER:
        return session.coach_id != message.recipient_id
    is_scheduled = session.status == CoachingSession.Status.SCHEDULED
    return session.coach_id == message.recipient_id and (
        is_scheduled is not (message.kind == GROUP_CANCELED)
    )


def register_kinds() -> None:
    """Called once, when the app is ready."""
    for name, label in _LABELS.items():
        register(
            Kind(
                name=name,
                current=_is_current,
                render=_render,
                postpone=postponed_until,
                label=label,
            )
        )
