"""A person's calendar feed: make its secret, renew it, turn it off, and what it holds."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext

from accounts.models import User
from coaching.engine.itip import Entry, calendar_feed
from coaching.models import Booking, CalendarFeed, CoachingSession, SessionType
from coaching.notices.calendars import coach_entry, own_entry
from core.tokens import hash_token

PAST = timedelta(days=30)
REFRESH = timedelta(hours=1)


@transaction.atomic
def make_feed(*, person: User, now: datetime) -> str:
    """Return a new secret of the person's feed, to be shown once; the one before ends."""
    token = secrets.token_urlsafe(32)  # 256 bits
    feed = _lock(person)
    feed.token_hash, feed.made_at = hash_token(token), now
    feed.save()
    return token


@transaction.atomic
def end_feed(*, person: User) -> None:
    """Turn the feed off: its address leads nowhere from now on."""
    feed = _lock(person)
    feed.token_hash, feed.made_at = "", None
    feed.save()


@transaction.atomic
def set_label(*, person: User, label: str) -> None:
    """Set what the person's own entries are called, in feed and mails; "" is "Appointment".

    Raises:
        ValidationError: too long.
    """
    feed = _lock(person)
    feed.label = " ".join(label.split())
    feed.full_clean()
    feed.save()


def _lock(person: User) -> CalendarFeed:
    CalendarFeed.objects.bulk_create([CalendarFeed(person_id=person.pk)], ignore_conflicts=True)
    return CalendarFeed.objects.select_for_update().get(person=person)


def feed_file(*, feed: CalendarFeed, now: datetime) -> bytes:
    """Return the calendar of a feed's owner: their own sessions, as booked and as coached.

    The same at each call until something changes. Three queries, however many sessions.
    """
    person = feed.person
    with translation.override(person.locale):
        entries = _booked(feed, now) + _groups_led(person, now)
        return calendar_feed(
            sorted(entries, key=lambda entry: (entry.start, entry.uid)),
            name=gettext("Appointments"),
            refresh=REFRESH,
        )


def _booked(feed: CalendarFeed, now: datetime) -> list[Entry]:
    """Places of one's own, and 1:1s with others."""
    person = feed.person
    mine = Booking.objects.live().select_related("clinician", "coaching_session__session_type")
    recent = mine.filter(coaching_session__span__endswith__gt=now - PAST)
    label = feed.label or gettext("Appointment")
    entries = []
    for booking in recent.owned_by(person) | recent.filter(
        coaching_session__coach=person,
        coaching_session__session_type__kind__in=_ONE_TO_ONE,
    ):
        session = booking.coaching_session
        stamp = max(booking.updated_at, session.updated_at)
        if booking.clinician_id == person.pk:
            entries.append(own_entry(booking=booking, label=label, stamp=stamp))
        else:
            initials = booking.clinician.initials
            entries.append(coach_entry(session=session, initials=initials, stamp=stamp))
    return entries


_ONE_TO_ONE = [kind for kind in SessionType.Kind.values if kind != SessionType.Kind.GROUP]


def _groups_led(person: User, now: datetime) -> list[Entry]:
    groups = CoachingSession.objects.filter(
        coach=person,
        session_type__kind=SessionType.Kind.GROUP,
        span__endswith__gt=now - PAST,
    ).exclude(status=CoachingSession.Status.CANCELLED)
    return [
        coach_entry(session=session, initials="", stamp=session.updated_at) for session in groups
    ]
