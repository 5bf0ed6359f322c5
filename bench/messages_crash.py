"""1,500 reminders while senders are killed at random: none lost, no more repeated than killed."""

from __future__ import annotations

import logging
import tempfile
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from bench.report import Row
from coaching.models import Booking
from coaching.notices.bookings import SESSION_REMINDER
from notifications.models import Message
from notifications.services.messages import owe
from notifications.tests.smtp import running_post
from tests.faults.storms import storm

NAME = "messages.crash"
REMINDERS, RULES, ROUNDS = 1_500, ("a", "b", "c", "d", "e"), 15


def run(size: str) -> list[Row]:
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # the server's, one line a command
    Message.objects.all().delete()
    _owe()
    with tempfile.TemporaryDirectory() as folder, running_post() as post:
        damage = storm(post, rounds=ROUNDS, seed=3, log=Path(folder) / "senders.log")
    unsent = Message.objects.exclude(state="sent").count()
    return [
        Row(NAME, "reminders", str(REMINDERS)),
        Row(NAME, "senders killed", str(damage.kills)),
        Row(NAME, "lost", str(damage.lost), "0", damage.lost == 0),
        Row(NAME, "not sent", str(unsent), "0", unsent == 0),
        Row(
            NAME,
            "repeated",
            str(damage.repeated),
            f"≤ {damage.kills}",
            damage.repeated <= damage.kills,
        ),
    ]


def _owe() -> None:
    """Real reminders of real sessions, all due at once."""
    now = timezone.now()
    bookings = Booking.objects.live().filter(coaching_session__span__startswith__gt=now)
    bookings = bookings.select_related("clinician").order_by("pk")[: REMINDERS // len(RULES)]
    for booking in bookings:
        for rule in RULES:
            owe(
                kind=SESSION_REMINDER,
                subject=booking,
                recipient=booking.clinician,
                rule=rule,
                due_at=now,
                not_after=now + timedelta(hours=1),
                now=now,
            )
