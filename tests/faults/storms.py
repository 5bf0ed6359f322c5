"""Senders that are killed at random moments while many messages go out, round after round."""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import F

from notifications.models import Message
from notifications.services.dispatch import dispatch_due
from notifications.tests.smtp import Post
from tests.faults.processes import environment, kill, running, wait_until

SENDERS = 2  # at once
TICK = [sys.executable, "manage.py", "outbox_tick", "--loop", "--every", "0.2"]


@dataclass(frozen=True)
class Damage:
    kills: int
    lost: int
    repeated: int


def let_leases_run_out() -> None:
    """As if three minutes had passed; only while no sender is alive."""
    Message.objects.filter(lease_until__isnull=False).update(
        lease_until=F("lease_until") - timedelta(minutes=3)
    )
    Message.objects.pending().update(next_attempt_at=F("next_attempt_at") - timedelta(minutes=3))


def use_server(port: int) -> None:
    """Name the mail server to this process."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_HOST_USER = "127.0.0.1", port, ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False


def storm(post: Post, *, rounds: int, seed: int, log: Path) -> Damage:
    """Kill every sender once a round, each at its own moment; then let what is left go out."""
    chance, kills = random.Random(seed), 0
    env = environment(smtp_port=post.port)
    for _ in range(rounds):
        let_leases_run_out()
        before = len(post.taken)
        with ExitStack() as stack:
            senders = [stack.enter_context(running(TICK, env, log)) for _ in range(SENDERS)]
            wait_until(lambda before=before: len(post.taken) > before, seconds=60, log=log)
            for sender in chance.sample(senders, len(senders)):
                time.sleep(chance.uniform(0.05, 0.4))
                kill(sender)
                kills += 1
    use_server(post.port)
    for _ in range(20):  # a row whose sender died twice waits a little longer
        let_leases_run_out()
        dispatch_due(seconds=300)
        if not Message.objects.pending().exists() and not Message.objects.in_hand().exists():
            break
    owed = Counter(Message.objects.values_list("message_id", flat=True))
    taken = Counter(post.ids)
    return Damage(
        kills=kills,
        lost=sum((owed - taken).values()),
        repeated=sum((taken - owed).values()),
    )
