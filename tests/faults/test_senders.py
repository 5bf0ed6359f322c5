"""F1, F8, F9, F13: senders are killed, told to end, doubled, or have a wrong clock."""

from __future__ import annotations

import signal
import sys
import time
from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import User
from accounts.notices import STAFF_INVITATION
from accounts.tests.factories import UserFactory
from notifications.models import Message
from notifications.services.dispatch import dispatch_due
from notifications.services.messages import owe
from notifications.tests.smtp import running_post
from tests.faults.processes import environment, kill, running, wait_until
from tests.faults.storms import let_leases_run_out, storm

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("faults")]

TICK = [sys.executable, "manage.py", "outbox_tick"]
KILLS = 4


def owe_many(count: int) -> None:
    now = timezone.now() - timedelta(seconds=1)
    for person in UserFactory.create_batch(count, practice_role=User.PracticeRole.CONSULTANT):
        owe(kind=STAFF_INVITATION, subject=person, recipient=person, due_at=now, now=now)


@pytest.fixture
def smtp(settings):
    """Return a function that names the mail server to this process too."""

    def use(port: int) -> None:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_HOST_USER = "127.0.0.1", port, ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False

    return use


def owed_ids() -> Counter[str]:
    return Counter(Message.objects.values_list("message_id", flat=True))


def test_killed_senders_lose_nothing_and_repeat_at_most_one_mail_each(tmp_path, smtp):
    """Each kill falls between the text of a mail and the server's answer: the worst moment."""
    log = tmp_path / "sender.log"
    owe_many(40)
    with running_post(pause_s=0.05) as post:
        env = environment(smtp_port=post.port)
        for _ in range(KILLS):
            let_leases_run_out()
            aim = len(post.taken) + 3
            with running(TICK, env, log) as sender:
                wait_until(lambda aim=aim: len(post.taken) >= aim, seconds=60, log=log)
                kill(sender)
        let_leases_run_out()
        post.pause_s = 0
        smtp(post.port)
        dispatch_due()

    taken = Counter(post.ids)
    assert set(taken) == set(owed_ids())
    assert sum((taken - owed_ids()).values()) <= KILLS
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}


def test_a_storm_of_kills_among_three_hundred_loses_none(tmp_path, smtp):
    """Two senders at a time, killed wherever they are; `bench messages.crash` does 1,500."""
    owe_many(300)
    with running_post() as post:
        smtp(post.port)  # so that the settings go back afterwards
        damage = storm(post, rounds=4, seed=7, log=tmp_path / "sender.log")

    assert (damage.kills, damage.lost) == (8, 0)
    assert damage.repeated <= damage.kills
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}


def test_six_hundred_due_in_one_second_leave_within_a_minute(smtp):
    """A real mail server without a wait of its own; the age of the oldest is what counts."""
    owe_many(600)
    with running_post() as post:
        smtp(post.port)
        began = time.monotonic()
        result = dispatch_due(seconds=60)
        took = time.monotonic() - began

    assert result.counts == {"sent": 600}
    assert Counter(post.ids) == owed_ids()
    assert took < 60


def test_a_sender_told_to_end_finishes_its_mail_and_repeats_none(tmp_path, smtp):
    log = tmp_path / "sender.log"
    owe_many(20)
    with running_post(pause_s=0.05) as post:
        env = environment(smtp_port=post.port)
        with running([*TICK, "--loop"], env, log) as sender:
            wait_until(lambda: len(post.taken) >= 4, seconds=60, log=log)
            sender.send_signal(signal.SIGTERM)
            assert sender.wait(timeout=10) == 0
        assert 4 <= len(post.taken) < 20
        assert set(Message.objects.values_list("state", flat=True)) == {"sent", "pending"}
        smtp(post.port)
        dispatch_due()

    assert Counter(post.ids) == owed_ids()


def test_two_loops_at_once_send_each_mail_once(tmp_path):
    owe_many(30)
    with running_post(pause_s=0.03) as post:
        env = environment(smtp_port=post.port)
        loop = [*TICK, "--loop", "--every", "0.2"]
        with (
            running(loop, env, tmp_path / "one.log"),
            running(loop, env, tmp_path / "two.log"),
        ):
            wait_until(
                lambda: not Message.objects.exclude(state="sent").exists(),
                seconds=60,
                log=tmp_path / "one.log",
                every=0.1,
            )

    assert Counter(post.ids) == owed_ids()


@pytest.mark.parametrize("wrong_by", [timedelta(minutes=10), timedelta(minutes=-10)])
def test_a_worker_whose_clock_is_wrong_sends_on_time(smtp, wrong_by):
    owe_many(1)
    person = User.objects.get()
    later = timezone.now() + timedelta(minutes=5)
    owe(kind=STAFF_INVITATION, subject=person, recipient=person, rule="x", due_at=later, now=later)
    due = Message.objects.get(rule="")
    with running_post() as post:
        smtp(post.port)
        with time_machine.travel(timezone.now() + wrong_by):
            assert dispatch_due().counts == {"sent": 1}

    assert post.ids == [due.message_id]
