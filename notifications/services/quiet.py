"""When nobody wants to be disturbed: the hours a person chose, and what other apps know of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from core.wall_clock import from_epoch, to_epoch
from notifications.backends.sms_backends import is_sms_available
from notifications.engine.quiet_hours import Span, adjust, ends_after, join, nightly
from notifications.models import DeliveryPreference

if TYPE_CHECKING:
    from notifications.models import Message

QuietSource = Callable[[int, datetime, datetime], list[Span]]
MAIL = "email"

_AROUND = timedelta(days=2)
_SOURCES: list[QuietSource] = []


def register_quiet(source: QuietSource) -> None:
    """Add a function from a person's id and two instants to quiet spans in epoch seconds.

    Called by higher apps when they are ready: sleep after a night shift, for example. Spans may
    overlap each other and reach beyond the two instants.
    """
    if source not in _SOURCES:
        _SOURCES.append(source)


def preference_of(person: Any) -> DeliveryPreference:
    """Return what the person chose, or the defaults in an unsaved row."""
    return preferences_of([person])[person.pk]


def preferences_of(people: Iterable[Any]) -> dict[int, DeliveryPreference]:
    """Return what each person chose, or the defaults, by the person's key; one query."""
    by_key = {person.pk: person for person in people}
    found = {row.person_id: row for row in DeliveryPreference.objects.filter(person__in=by_key)}
    for key, person in by_key.items():
        found.setdefault(key, DeliveryPreference()).person = person
    return found


def takes_sms(preference: DeliveryPreference) -> bool:
    """Whether the person wants SMS, has a number, and the site can send any."""
    return preference.takes_sms and is_sms_available()


def quiet_spans(*, preference: DeliveryPreference, lo: datetime, hi: datetime) -> list[Span]:
    """Return the disjoint quiet spans of a person that meet [lo, hi)."""
    person = preference.person
    spans = [span for source in _SOURCES for span in source(person.pk, lo, hi)]
    if preference.is_quiet:
        spans += nightly(
            from_min=preference.quiet_from_min,
            until_min=preference.quiet_until_min,
            tz=person.zone,
            lo=to_epoch(lo),
            hi=to_epoch(hi),
        )
    return join(spans)


def disturbs(*, preference: DeliveryPreference, channel: str) -> bool:
    """Whether this channel keeps to quiet hours: mail only if the person asked for that."""
    return channel != MAIL or preference.quiet_for_mail


def send_at(
    *, preference: DeliveryPreference, channel: str, due_at: datetime, start: datetime
) -> datetime | None:
    """Return when to send what was due at `due_at` of an event at `start`.

    To the end of quiet if that is an hour before the start, else to just before quiet began. None:
    neither is possible, so only e-mail is left.
    """
    if not disturbs(preference=preference, channel=channel):
        return due_at
    quiet = quiet_spans(preference=preference, lo=due_at - _AROUND, hi=start + _AROUND)
    due = to_epoch(due_at)
    adjusted = adjust(due=due, start=to_epoch(start), quiet=quiet)
    if adjusted == due:
        return due_at
    return None if adjusted is None else from_epoch(adjusted)


def postponed_until(message: Message, now: datetime) -> datetime | None:
    """Say when a message that is about to leave may leave, if it is quiet at `now`; else None.

    Asked by the dispatcher: a rota may have come in, or hours changed, since it was planned.
    """
    if message.recipient_id is None:
        return None
    preference = preference_of(message.recipient)
    if not disturbs(preference=preference, channel=message.channel):
        return None
    quiet = quiet_spans(preference=preference, lo=now - _AROUND, hi=now + _AROUND)
    ends = ends_after(at=to_epoch(now), quiet=quiet)
    return None if ends is None else from_epoch(ends)
