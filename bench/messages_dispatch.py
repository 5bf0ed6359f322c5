"""Due messages to a local mail server, beside a loop that sends the same mails in one batch."""

from __future__ import annotations

import smtplib
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.models import User
from bench.report import Row
from bench.world import SIZES
from core.mail import build_mail
from notifications.kinds import Kind, Rendered, register
from notifications.models import Message
from notifications.services.dispatch import dispatch_due

NAME = "messages.dispatch"
ROUNDS = 7
TEXT = "Tomorrow at 07:00.\n\nView or move it: https://bench.example/b/token/\n"
HTML = "<p>Tomorrow at 07:00.</p><p><a href='https://bench.example/b/token/'>View or move</a></p>"


def run(size: str) -> list[Row]:
    register(Kind("bench.reminder", current=_is_current, render=_render, load=_load))
    batch = min(SIZES[size].messages, 1_000)
    with _mail_server() as port:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = ""
        ours, floor = [], []
        for number in range(ROUNDS):
            # A B B A: whoever goes first does not always meet the colder cache.
            sides = [(ours, _dispatch), (floor, _loop)]
            for rates, send in sides if number % 2 else reversed(sides):
                ids = _make_due(batch)
                started = time.perf_counter()
                send(ids)
                rates.append(batch / (time.perf_counter() - started))
        claim = _claim_plan()
    ratios = sorted(a / b for a, b in zip(ours, floor, strict=True))
    median = statistics.median(ratios)
    return [
        Row(NAME, "messages a round", str(batch)),
        Row(NAME, "ours, median", f"{statistics.median(ours):.0f} a second"),
        Row(NAME, "floor, median", f"{statistics.median(floor):.0f} a second"),
        Row(
            NAME,
            "rate ratio",
            f"{median:.2f} × ({ratios[0]:.2f} to {ratios[-1]:.2f})",
            "≥ 0.7 ×",
            median >= 0.7,
        ),
        Row(NAME, "claim reads", claim, "index", "Index" in claim),
    ]


def _load(messages: Sequence[Message]) -> dict[int, User]:
    """Read the subjects of a batch again, as real kinds do."""
    people = User.objects.in_bulk({message.subject_id for message in messages})
    return {row.pk: people[row.subject_id] for row in messages if row.subject_id in people}


def _is_current(message: Message) -> bool:
    return message.loaded is not None and message.loaded.is_active


def _render(message: Message) -> Rendered:
    return Rendered(subject="Tomorrow, 07:00", text=TEXT, html=HTML, sender_name="Bench")


def _make_due(count: int) -> list[int]:
    """Bring the next `count` future messages forward to now."""
    ids = list(
        Message.objects.filter(state="pending", due_at__gt=timezone.now())
        .order_by("pk")
        .values_list("pk", flat=True)[:count]
    )
    past = timezone.now() - timedelta(seconds=1)
    Message.objects.filter(pk__in=ids).update(due_at=past, next_attempt_at=past)
    return ids


def _dispatch(ids: list[int]) -> None:
    result = dispatch_due(seconds=300)
    assert result.counts == {"sent": len(ids)}, result


def _loop(ids: list[int]) -> None:
    """The floor: one read, one connection, one update. A crash in it loses or repeats everything."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT m.id, m.message_id, u.name, u.email FROM notifications_message m"
            " JOIN accounts_user u ON u.id = m.recipient_id WHERE m.id = ANY(%s)",
            [ids],
        )
        rows = cursor.fetchall()
        with smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT) as smtp:
            for _, message_id, name, email in rows:
                mail = build_mail(
                    subject="Tomorrow, 07:00",
                    text=TEXT,
                    html=HTML,
                    sender=settings.DEFAULT_FROM_EMAIL,
                    sender_name="Bench",
                    to=[(name, email)],
                    message_id=message_id,
                )
                smtp.sendmail("bench@bench.example", [email], mail.as_bytes())
        cursor.execute(
            "UPDATE notifications_message SET state = 'sent', sent_at = now(), closed_at = now()"
            " WHERE id = ANY(%s)",
            [ids],
        )


def _claim_plan() -> str:
    """How PostgreSQL finds due rows among all the future ones."""
    with connection.cursor() as cursor:
        cursor.execute(
            "EXPLAIN SELECT id FROM notifications_message WHERE state = 'pending'"
            " AND next_attempt_at <= now() ORDER BY next_attempt_at LIMIT 5"
        )
        plan = [row[0].strip() for row in cursor.fetchall()]
    return next((line.split("(")[0].strip("-> ") for line in plan if "Scan" in line), plan[0])


@contextmanager
def _mail_server() -> Iterator[int]:
    """Run a real SMTP server in a process of its own; it accepts and forgets."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-W", "ignore", "-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{port}"]
    server = subprocess.Popen([*command, "-c", "aiosmtpd.handlers.Sink"])
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=10)
