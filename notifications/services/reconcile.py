"""Is everything owed that should be? A safety net: it finds nothing unless something is broken."""

from __future__ import annotations

import logging
from datetime import datetime

from notifications.kinds import all_kinds
from notifications.models import Message
from notifications.services.clocks import database_now
from notifications.services.messages import dedupe_key, owe

log = logging.getLogger(__name__)


def reconcile(*, now: datetime | None = None) -> int:
    """Owe each message that a kind expects and no row owes; return how many were missing."""
    at = now or database_now()
    repaired = 0
    for kind in all_kinds():
        for owed in kind.expected(at):
            named = {
                "kind": owed.kind,
                "subject": owed.subject,
                "recipient": owed.recipient,
                "rule": owed.rule,
                "channel": owed.channel,
            }
            if Message.objects.filter(dedupe_key=dedupe_key(**named)).exists():
                continue
            owe(**named, due_at=owed.due_at, not_after=owed.not_after, now=at)
            repaired += 1
            log.error("a message of kind %s was missing and is owed now", owed.kind)
    return repaired
