from __future__ import annotations

import signal
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from notifications.models import Message, Outbox
from notifications.tests.factories import MessageFactory

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command(*arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_outbox_tick_sends_what_is_due_and_says_so(desk, post):
    MessageFactory.create_batch(2, due_at=timezone.now().replace(year=2020))
    handler = signal.getsignal(signal.SIGTERM)

    assert run("outbox_tick") == ("sent 2\n", "")

    assert len(post.taken) == 2
    assert signal.getsignal(signal.SIGTERM) == handler


def test_pause_sending_holds_mail_back_until_resumed(desk, post):
    MessageFactory(due_at=timezone.now().replace(year=2020))

    run("pause_sending")
    assert "paused" in run("outbox_tick")[1]
    assert (post.taken, Outbox.objects.get().pause_reason) == ([], "person")

    run("pause_sending", "--resume")
    assert run("outbox_tick")[0] == "sent 1\n"


def test_retry_messages_counts_first_and_then_retries():
    MessageFactory(state="failed", closed_at=timezone.now())

    assert run("retry_messages", "--dry-run")[0] == "Would retry 1 message(s).\n"
    assert Message.objects.get().state == "failed"
    assert run("retry_messages", "--kind", "tests.other")[0] == "Retried 0 message(s).\n"
    assert run("retry_messages", "--failed-within", "1")[0] == "Retried 1 message(s).\n"
    assert Message.objects.get().state == "pending"
