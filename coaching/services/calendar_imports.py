"""Put what a calendar says in place of what it said before: all of it, or nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from coaching.engine.ics_spans import Reading
from coaching.engine.wall_clock import to_epoch
from coaching.models import CalendarSource, ExternalBusy, RotaShift
from coaching.services.calendar_reading import read_in_child
from coaching.services.rotas import spans_of

BACK, AHEAD = timedelta(days=1), timedelta(days=400)  # thirteen months: further than any horizon


def read_source(*, source: CalendarSource, data: bytes, now: datetime) -> Reading:
    """Work out the spans of a file in the child process. Opens no transaction.

    Raises:
        CalendarUnreadableError: nothing may be replaced.
    """
    return read_in_child(
        data,
        zone=source.person.time_zone,
        lo=to_epoch(now - BACK),
        hi=to_epoch(now + AHEAD),
    )


@transaction.atomic
def keep_reading(
    *, source: CalendarSource, lease: UUID, reading: Reading, zone: str, now: datetime
) -> bool:
    """Replace a source's spans; False if it is gone, or in other hands by now.

    Args:
        source: what was read.
        lease: under which it was.
        reading: its spans.
        zone: of the owner, in which it was read.
        now: aware.
    """
    locked = CalendarSource.objects.select_for_update().filter(pk=source.pk, lease=lease).first()
    if locked is None:
        return False
    # Both: what was a rota is never left among busy times.
    RotaShift.objects.filter(source=locked).delete()
    ExternalBusy.objects.filter(source=locked).delete()
    spans = spans_of(reading.spans)
    person = locked.person_id
    if locked.kind == CalendarSource.Kind.ROTA:
        shifts = [RotaShift(source=locked, person_id=person, span=span) for span in spans]
        RotaShift.objects.bulk_create(shifts, batch_size=2000)
    else:
        busy = [ExternalBusy(source=locked, person_id=person, span=span) for span in spans]
        ExternalBusy.objects.bulk_create(busy, batch_size=2000)
    locked.warnings = reading.warnings
    locked.sealed_upload = b""
    locked.zone = zone
    locked.read_at = now
    locked.save(update_fields=["warnings", "sealed_upload", "zone", "read_at", "updated_at"])
    return True
