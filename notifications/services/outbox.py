"""May mail leave from here? Pause, resume, and the watch over a database that turns out a copy."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import connection, transaction

from notifications.models import Message, Outbox
from notifications.services.clocks import database_now

log = logging.getLogger(__name__)
Reason = Outbox.PauseReason


def begin_pass(*, now: datetime) -> bool:
    """Say whether this pass may send.

    A backup that is started somewhere else holds everything that was owed when it was made: were it
    to send, people would hear of sessions that have long been moved. So the first pass writes down
    which database this is, and a pass that finds itself in another pauses until somebody resumes.
    """
    identity = _identity()
    outbox = Outbox.current() or _first_row(identity)
    if outbox.is_paused:
        return False
    if (outbox.system_identifier, outbox.database_oid) == identity:
        return True
    log.error("sending is paused: this database is a copy")
    Outbox.objects.filter(pk=Outbox.ONLY).update(pause_reason=Reason.COPY, paused_at=now)
    return False


def finish_pass(*, now: datetime) -> None:
    """Note that a pass found nothing more to send."""
    Outbox.objects.filter(pk=Outbox.ONLY).update(last_pass_at=now)


def pause(*, now: datetime) -> None:
    """Send nothing until somebody resumes; what is owed waits."""
    _first_row(_identity())
    Outbox.objects.filter(pk=Outbox.ONLY, pause_reason="").update(
        pause_reason=Reason.PERSON, paused_at=now
    )


@transaction.atomic
def resume() -> None:
    """Send again, from this database, whichever it is."""
    identity = _identity()
    _first_row(identity)
    Outbox.objects.filter(pk=Outbox.ONLY).update(
        pause_reason="",
        paused_at=None,
        system_identifier=identity[0],
        database_oid=identity[1],
    )


def oldest_due_s() -> int:
    """How long the oldest due message has waited; past 180 s somebody should look."""
    age = Message.objects.oldest_due_age(database_now())
    return 0 if age is None else round(age.total_seconds())


def seconds_since_pass() -> int | None:
    """How long ago a dispatcher last finished a pass; None if none ever did. Alive is below 180."""
    outbox = Outbox.current()
    if outbox is None or outbox.last_pass_at is None:
        return None
    return round((database_now() - outbox.last_pass_at).total_seconds())


def _first_row(identity: tuple[str, int]) -> Outbox:
    row = Outbox(system_identifier=identity[0], database_oid=identity[1])
    Outbox.objects.bulk_create([row], ignore_conflicts=True)
    return Outbox.objects.get(pk=Outbox.ONLY)


def _identity() -> tuple[str, int]:
    """Return the server's system identifier ("" where a host hides it) and the database's oid."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT oid::bigint, has_function_privilege('pg_control_system()', 'EXECUTE')"
            " FROM pg_database WHERE datname = current_database()"
        )
        oid, is_told = cursor.fetchone()
        if not is_told:
            return "", int(oid)
        cursor.execute("SELECT system_identifier::text FROM pg_control_system()")
        return str(cursor.fetchone()[0]), int(oid)
