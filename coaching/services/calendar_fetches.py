"""Read the calendars that are due. In the worker, never in a request; no transaction stays open."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import SystemRandom
from uuid import uuid4

from django.db import transaction

from coaching.backends.calendar_fetches import INTERNET, Fetched, FetchFailed, Network, fetch
from coaching.engine.ics_text import CalendarUnreadableError
from coaching.models import CalendarSource
from coaching.services.calendar_imports import keep_reading, read_source
from core.encryption import InvalidToken

LEASE = timedelta(minutes=2)  # longer than fetching and reading may take
EVERY_S, JITTER_S = 600, 300
MOST_WAIT_S = 6 * 3600
REREAD_AFTER = timedelta(hours=20)  # an unchanged file still reaches further each day
_dice = SystemRandom()


def due_ids(*, now: datetime, limit: int = 100) -> list[int]:
    """Return the sources to be read, the longest due first."""
    due = CalendarSource.objects.due(now).order_by("due_at")
    return list(due.values_list("pk", flat=True)[:limit])


@transaction.atomic
def take(*, source_id: int, now: datetime) -> CalendarSource | None:
    """Lease one source; None if it is not due, or somebody else holds it."""
    source = (
        CalendarSource.objects.due(now)
        .filter(pk=source_id)
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("person")
        .first()
    )
    if source is not None:
        source.lease, source.leased_until, source.tried_at = uuid4(), now + LEASE, now
        source.save(update_fields=["lease", "leased_until", "tried_at", "updated_at"])
    return source


def _fetch(source: CalendarSource, now: datetime, network: Network) -> Fetched:
    """Get the file; without conditions if the copy at hand must be worked out anew."""
    if source.origin == CalendarSource.Origin.UPLOAD:
        return Fetched(source.upload)
    is_fresh = (
        source.read_at is not None
        and source.read_at > now - REREAD_AFTER
        and source.zone == source.person.time_zone
        and source.state == CalendarSource.State.OK
    )
    etag, modified = (source.etag, source.last_modified) if is_fresh else ("", "")
    return fetch(source.address, etag=etag, last_modified=modified, network=network)


def read_one(*, source_id: int, now: datetime, network: Network = INTERNET) -> bool:
    """Fetch and read one source, if it is due. False if there was nothing to do.

    Args:
        source_id: which.
        now: aware.
        network: another one in tests only.
    """
    source = take(source_id=source_id, now=now)
    if source is None or source.lease is None:
        return False
    zone = source.person.time_zone
    try:
        fetched = _fetch(source, now, network)
        if fetched.data is not None:
            reading = read_source(source=source, data=fetched.data, now=now)
            if not keep_reading(
                source=source, lease=source.lease, reading=reading, zone=zone, now=now
            ):
                return False
    except (FetchFailed, CalendarUnreadableError) as failure:
        _end(source, now, error=failure.code)
        return True
    except InvalidToken:
        _end(source, now, error="key_gone")
        return True
    _end(source, now, fetched=fetched)
    return True


@transaction.atomic
def _end(
    source: CalendarSource, now: datetime, *, error: str = "", fetched: Fetched | None = None
) -> None:
    """Give the lease back, and say when to come again."""
    locked = (
        CalendarSource.objects.select_for_update().filter(pk=source.pk, lease=source.lease).first()
    )
    if locked is None:
        return
    locked.lease = locked.leased_until = None
    locked.error = error
    if error:
        locked.state = CalendarSource.State.ERROR
        locked.failures = min(locked.failures + 1, 1000)
    else:
        locked.state = CalendarSource.State.OK
        locked.failures, locked.good_at = 0, now
    if fetched and fetched.data is not None:
        locked.etag, locked.last_modified = fetched.etag, fetched.last_modified
    wait = min(EVERY_S * 2 ** min(max(locked.failures - 1, 0), 8), MOST_WAIT_S)
    again = timedelta(seconds=wait + _dice.uniform(0, JITTER_S))
    is_upload = locked.origin == CalendarSource.Origin.UPLOAD
    if is_upload:
        locked.sealed_upload = b""
    asked_meanwhile = locked.due_at is not None and locked.due_at > now
    if not asked_meanwhile:
        locked.due_at = None if is_upload else now + again
    locked.save()
