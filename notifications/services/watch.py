"""For whoever watches from outside: figures for `/readyz/`, and a sign of life after each pass."""

from __future__ import annotations

import logging
import ssl
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import Any
from urllib.error import URLError
from urllib.request import HTTPRedirectHandler, HTTPSHandler, OpenerDirector, build_opener

from django.conf import settings
from django.db.models import Q

from notifications.models import Circuit, Message, Outbox

log = logging.getLogger(__name__)
PING_EVERY = timedelta(seconds=30)
PING_TIMEOUT_S = 3
State = Message.State


class _StayHere(HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **options: Any) -> None:
        """Follow nobody elsewhere."""


def ping_watch(*, now: datetime) -> bool:
    """Tell the dead man's switch at `DEAD_MAN_URL` that a pass ended; at most twice a minute in all.

    The switch raises the alarm when it hears nothing. That it cannot be reached harms nothing here.
    """
    url = settings.DEAD_MAN_URL
    if not url.startswith("https://"):
        return False
    is_ours = (
        Outbox.objects.filter(pk=Outbox.ONLY)
        .filter(Q(pinged_at=None) | Q(pinged_at__lte=now - PING_EVERY))
        .update(pinged_at=now)
    )
    if not is_ours:
        return False
    try:
        with _opener().open(url, timeout=PING_TIMEOUT_S) as answer:
            return 200 <= answer.status < 300
    except (URLError, OSError, HTTPException, ValueError):
        log.warning("the dead man's switch was not reached")
        return False


def _opener() -> OpenerDirector:
    return build_opener(HTTPSHandler(context=ssl.create_default_context()), _StayHere)


def message_counts() -> dict[str, int]:
    """Rows that somebody may have to look at, by state; each read by an index of its own."""
    messages = Message.objects.all()
    return {
        "waiting": messages.pending().count(),
        "in_hand": messages.in_hand().count(),
        "failed": messages.troubled().filter(state=State.FAILED).count(),
        "unknown": messages.troubled().filter(state=State.UNKNOWN).count(),
        "missed": messages.troubled().filter(state=State.MISSED).count(),
        "tried_again": messages.pending().filter(attempts__gt=1).count(),
    }


def open_circuits() -> list[str]:
    """Channels that wait for their provider."""
    return list(Circuit.objects.waiting().values_list("channel", flat=True))


def last_repairs() -> int | None:
    """How many rows the reconciler last had to add or take back; None if it never ran."""
    outbox = Outbox.current()
    return outbox.repairs if outbox is not None and outbox.reconciled_at else None
