"""Is everything owed that should be, and nothing else? It finds nothing unless something is broken."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from notifications.kinds import Kind, Owed, all_kinds
from notifications.models import Message, Outbox
from notifications.services.clocks import database_now
from notifications.services.letters import load_batch
from notifications.services.messages import dedupe_key, owe

log = logging.getLogger(__name__)
CHUNK = 500
Thing = TypeVar("Thing")


def reconcile(*, now: datetime | None = None) -> int:
    """Owe what a kind expects and no row owes; take back what waits and should not.

    Queries grow with chunks of 500 rows, not with rows.

    Returns:
        How many rows were wrong.
    """
    at = now or database_now()
    repairs = sum(_reconcile_kind(kind, at) for kind in all_kinds())
    Outbox.objects.filter(pk=Outbox.ONLY).update(reconciled_at=at, repairs=repairs)
    return repairs


def _reconcile_kind(kind: Kind, at: datetime) -> int:
    # Waiting rows are read first: what changes while we look is then gone from them, or expected.
    waiting = list(
        Message.objects.pending().filter(kind=kind.name).order_by("pk").values_list("pk", flat=True)
    )
    expected: set[str] = set()
    subjects: set[int] = set()
    missing = 0
    for owed_rows in _chunks(kind.expected(at)):
        keyed = {dedupe_key(**_name(owed)): owed for owed in owed_rows}
        expected |= keyed.keys()
        subjects |= {owed.subject.pk for owed in owed_rows}
        missing += _owe_missing(keyed, at)
    return missing + _take_back_surplus(kind, waiting, expected, subjects, at)


def _name(owed: Owed) -> dict[str, Any]:
    return {
        "kind": owed.kind,
        "subject": owed.subject,
        "recipient": owed.recipient,
        "rule": owed.rule,
        "channel": owed.channel,
    }


def _owe_missing(keyed: dict[str, Owed], at: datetime) -> int:
    known = Message.objects.filter(dedupe_key__in=keyed.keys())
    missing = keyed.keys() - set(known.values_list("dedupe_key", flat=True))
    for key in sorted(missing):
        owed = keyed[key]
        owe(**_name(owed), due_at=owed.due_at, not_after=owed.not_after, now=at)
        log.error("a message of kind %s was missing and is owed now", owed.kind)
    return len(missing)


def _take_back_surplus(
    kind: Kind, waiting: list[int], expected: set[str], subjects: set[int], at: datetime
) -> int:
    """Supersede waiting rows of a subject that expects others, or that is no longer live."""
    taken = 0
    for keys in _chunks(waiting):
        rows = [
            row
            for row in Message.objects.pending()
            # A second try after its sender died is read again before it leaves, and alarms nobody.
            .filter(pk__in=keys, resends=0)
            .select_related("recipient")
            if row.dedupe_key not in expected
        ]
        load_batch(kind, rows)
        surplus = [
            row.pk
            for row in rows
            if (row.subject_id in subjects and row.due_at > at)
            or (kind.load is not None and not kind.current(row))
        ]
        gone = (
            Message.objects.pending()
            .filter(pk__in=surplus)
            .update(state=Message.State.SUPERSEDED, closed_at=at)
        )
        if gone:
            log.error("%s messages of kind %s were owed for nothing", gone, kind.name)
        taken += gone
    return taken


def _chunks(things: Iterable[Thing]) -> Iterator[list[Thing]]:
    rest = iter(things)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk
