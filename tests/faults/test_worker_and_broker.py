"""F3, F4, F9: reminders by the real road: rows, beat, Valkey, a Celery worker, SMTP; with faults."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import redis
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
LOOP = [sys.executable, "manage.py", "outbox_tick", "--loop"]
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


def all_are_sent() -> bool:
    return not Message.objects.exclude(state="sent").exists()


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
        wait_until(all_are_sent, seconds=SECONDS_TO_ARRIVE, log=log)  # a kill before may repeat it

        kill(worker)
        kill(valkey)
        second = owe_reminder(booking, "1h")
        stack.enter_context(serving(broker))
        worker = stack.enter_context(running(worker_command("tick"), env, log))
        wait_until(lambda: len(post.taken) == 2, seconds=SECONDS_TO_ARRIVE, log=log)
        wait_until(all_are_sent, seconds=SECONDS_TO_ARRIVE, log=log)

        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=20) == 0

    assert post.ids == [first.message_id, second.message_id]
    assert [delivery.recipients for delivery in post.taken] == [[booking.clinician.email]] * 2


def test_reminders_go_on_though_the_broker_is_killed_flushed_and_frozen(tmp_path, broker):
    """Five kills, an empty broker, a frozen one: the rows are in the database, a tick finds them."""
    log = tmp_path / "parts.log"
    booking = BookingFactory()
    with running_post() as post, ExitStack() as stack:
        env = environment(smtp_port=post.port, broker_url=broker.url)
        valkey = stack.enter_context(serving(broker))
        stack.enter_context(running(worker_command("tick"), env, log))
        stack.enter_context(running(beat(tmp_path), env, log))
        for _ in range(5):
            kill(valkey)
            valkey = stack.enter_context(serving(broker))
        owe_reminder(booking, "after kills")
        wait_until(lambda: len(post.taken) == 1, seconds=SECONDS_TO_ARRIVE, log=log)

        redis.Redis(unix_socket_path=str(broker.socket_path)).flushall()
        owe_reminder(booking, "after a flush")
        wait_until(lambda: len(post.taken) == 2, seconds=SECONDS_TO_ARRIVE, log=log)

        valkey.send_signal(signal.SIGSTOP)
        began = time.monotonic()
        owe_reminder(booking, "while frozen")  # what a booking does: rows, and nothing else
        took = time.monotonic() - began
        time.sleep(3)
        valkey.send_signal(signal.SIGCONT)
        wait_until(lambda: len(post.taken) == 3, seconds=SECONDS_TO_ARRIVE, log=log)
        wait_until(all_are_sent, seconds=SECONDS_TO_ARRIVE, log=log)

    assert took < 1
    assert len(set(post.ids)) == 3


def test_two_beats_and_two_loops_send_nothing_twice(tmp_path, broker):
    log = tmp_path / "parts.log"
    bookings = [BookingFactory() for _ in range(3)]
    with running_post(pause_s=0.02) as post, ExitStack() as stack:
        env = environment(smtp_port=post.port, broker_url=broker.url)
        stack.enter_context(serving(broker))
        stack.enter_context(running(worker_command("tick"), env, log))
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
            stack.enter_context(running(beat(tmp_path / name), env, log))
            stack.enter_context(running([*LOOP, "--every", "0.2"], env, log))
        for booking in bookings:
            for rule in range(10):
                owe_reminder(booking, str(rule))
        wait_until(
            lambda: not Message.objects.exclude(state="sent").exists(),
            seconds=SECONDS_TO_ARRIVE,
            log=log,
        )
        time.sleep(12)  # both beats have ticked once more

    owed = Message.objects.values_list("message_id", flat=True)
    assert Counter(post.ids) == Counter(owed)
