"""A reminder by the real road: rows, beat, Valkey, a Celery worker, SMTP; with kills on the way."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from coaching.models import Booking
from coaching.notices.bookings import SESSION_REMINDER
from coaching.tests.factories import BookingFactory
from core.embedded.binaries import find_broker
from core.embedded.broker import Broker
from core.launcher.parts import beat_command, worker_command
from notifications.models import Message
from notifications.services.messages import owe
from notifications.tests.smtp import running_post
from tests.faults.processes import environment, kill, running, wait_until

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("faults"),
    pytest.mark.slow,
]
SECONDS_TO_ARRIVE = 60  # start of a worker on a busy machine, and one tick


@pytest.fixture
def broker(tmp_path) -> Iterator[Broker]:
    # A socket's path has room for about a hundred characters.
    with tempfile.TemporaryDirectory() as folder:
        yield Broker(
            program=find_broker(),
            data=tmp_path,
            socket_path=Path(folder) / "valkey.sock",
            log=tmp_path / "valkey.log",
        )


@contextmanager
def serving(broker: Broker) -> Iterator[subprocess.Popen[bytes]]:
    with running(broker.command(), dict(os.environ), broker.log) as process:
        broker.wait_until_ready(process)
        yield process


def beat(tmp_path: Path) -> list[str]:
    command = beat_command()
    command[command.index("--schedule") + 1] = str(tmp_path / "schedule")
    return command


def owe_reminder(booking: Booking, rule: str) -> Message:
    now = timezone.now()
    return owe(
        kind=SESSION_REMINDER,
        subject=booking,
        recipient=booking.clinician,
        rule=rule,
        due_at=now,
        not_after=now + timedelta(minutes=30),
        now=now,
    )


def test_a_due_reminder_arrives_once_with_worker_and_broker_killed_in_between(tmp_path, broker):
    log = tmp_path / "parts.log"
    booking = BookingFactory()
    with running_post() as post, ExitStack() as stack:
        env = environment(smtp_port=post.port, broker_url=broker.url)
        valkey = stack.enter_context(serving(broker))
        worker = stack.enter_context(running(worker_command("tick"), env, log))
        stack.enter_context(running(beat(tmp_path), env, log))

        first = owe_reminder(booking, "24h")
        wait_until(lambda: len(post.taken) == 1, seconds=SECONDS_TO_ARRIVE, log=log)

        kill(worker)
        kill(valkey)
        second = owe_reminder(booking, "1h")
        stack.enter_context(serving(broker))
        worker = stack.enter_context(running(worker_command("tick"), env, log))
        wait_until(lambda: len(post.taken) == 2, seconds=SECONDS_TO_ARRIVE, log=log)
        wait_until(lambda: not Message.objects.exclude(state="sent").exists(), seconds=5, log=log)

        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=20) == 0

    assert post.ids == [first.message_id, second.message_id]
    assert [delivery.recipients for delivery in post.taken] == [[booking.clinician.email]] * 2
