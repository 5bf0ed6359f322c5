"""Mails about sessions: confirmed, moved, canceled, reminder. A row names a booking; text is made here.

To the clinician and to the coach, each with their own calendar entry. None says what the sessions
are about, for whom the clinician works, or who else is there.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext

from accounts.models import Practice
from coaching.engine.policies import FREEING
from coaching.models import Booking
from coaching.models.bookings import CANCEL_LINK, MOVE_LINK
from coaching.notices.calendars import calendar_for
from coaching.notices.wording import NEAR, day_words, describe_time, distance, one_line
from core.templatetags.ui import zone_name
from notifications.kinds import Kind, Rendered, register
from notifications.services.quiet import postponed_until

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from accounts.models import User
    from coaching.engine.itip import Method
    from notifications.models import Message

SUBJECT_KIND = "coaching.booking"
BOOKING_CONFIRMED = "coaching.booking_confirmed"
BOOKING_MOVED = "coaching.booking_moved"
BOOKING_CANCELED = "coaching.booking_canceled"
SESSION_REMINDER = "coaching.session_reminder"


def _with_people() -> QuerySet[Booking]:
    return Booking.objects.select_related(
        "clinician", "actor", "coaching_session__coach", "coaching_session__session_type"
    )


def find_booking(booking_id: int) -> Booking | None:
    return _with_people().filter(pk=booking_id).first()


def load(messages: Sequence[Message]) -> dict[int, Booking]:
    """Read the bookings of a batch of messages at once, by the message's key."""
    found = _with_people().in_bulk({message.subject_id for message in messages})
    return {row.pk: found[row.subject_id] for row in messages if row.subject_id in found}


def _booking_of(message: Message) -> Booking | None:
    return message.loaded or find_booking(message.subject_id)


def _context(booking: Booking, recipient: User, now: datetime) -> dict[str, Any]:
    session = booking.coaching_session
    is_coach = recipient.pk == session.coach_id
    start = session.starts_at.astimezone(recipient.zone)
    links = _links(booking, is_coach=is_coach)
    return {
        "recipient": recipient,
        "is_coach": is_coach,
        # The coach's mails name the clinician as the coach's calendar does.
        "other": booking.clinician.initials if is_coach else str(session.coach),
        "day": date_format(start, "D j M"),
        "time": f"{start:%H:%M}",
        "when": describe_time(session.starts_at, session.ends_at, recipient.zone),
        "distance": distance(session.starts_at, now, recipient.zone),
        "is_near": timedelta() < session.starts_at - now < NEAR,
        "location": session.location,
        # Named if it was neither of the two.
        "by": ""
        if booking.actor_id in (booking.clinician_id, session.coach_id)
        else str(booking.actor),
        "is_requested": booking.state == Booking.State.REQUESTED,
        "practice": Practice.current(),
        "site_url": settings.SITE_URL,
        "settings_url": f"{settings.SITE_URL}{reverse('coaching:notification_settings')}",
        **{name: f"{settings.SITE_URL}{path}" for name, path in links.items()},
    }


def _links(booking: Booking, *, is_coach: bool) -> dict[str, str]:
    """Return the paths a mail leads to: to look, and of a clinician's live booking to move or cancel."""
    if is_coach:
        public_id = booking.coaching_session.public_id
        return {"url": reverse("coaching:session_workspace", args=[public_id])}
    look = reverse("coaching:booking_link", args=[booking.link_token])
    if not booking.is_live:
        return {"url": look}
    to_move = reverse("coaching:booking_link_move", args=[booking.action_token(MOVE_LINK)])
    return {
        "short_url": look,
        "url": look if booking.coaching_session.is_group else to_move,
        "cancel_url": reverse(
            "coaching:booking_link_cancel", args=[booking.action_token(CANCEL_LINK)]
        ),
    }


def render(message: Message) -> Rendered:
    booking = _booking_of(message)
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
            short=_short(booking, message.kind, recipient, context, now),
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


def _short(
    booking: Booking, kind: str, recipient: User, context: dict[str, Any], now: datetime
) -> str:
    """Return the SMS: a time and a link, and nobody's name."""
    start = booking.coaching_session.starts_at.astimezone(recipient.zone)
    words = {
        "day": day_words(start, now),
        "time": context["time"],
        "zone": zone_name(start),
        "url": context.get("short_url", context["url"]),
    }
    if kind == BOOKING_CANCELED:
        return gettext("Appointment %(day)s %(time)s is canceled. Details: %(url)s") % words
    if kind == BOOKING_MOVED:
        return gettext("Appointment moved to %(day)s %(time)s %(zone)s. Details: %(url)s") % words
    return gettext("Appointment %(day)s %(time)s %(zone)s. Details: %(url)s") % words


def is_current(message: Message) -> bool:
    booking = _booking_of(message)
    if booking is None:
        return False
    if message.kind == BOOKING_CANCELED:
        return booking.state in FREEING  # a later correction does not bring the session back
    return booking.is_live and booking.rev == message.subject_rev


def register_kinds() -> None:
    """Called once, when the app is ready. News are written with what they tell: none can be missing."""
    for name in (BOOKING_CONFIRMED, BOOKING_MOVED, BOOKING_CANCELED):
        register(
            Kind(
                name=name,
                current=is_current,
                render=render,
                load=load,
                postpone=postponed_until,
            )
        )
