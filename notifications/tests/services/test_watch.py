"""The dead man's switch, and the figures of `/readyz/`."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from notifications.models import Outbox
from notifications.services.dispatch import dispatch_due
from notifications.services.outbox import pause
from notifications.services.watch import message_counts, ping_watch
from notifications.tests.factories import NOW, MessageFactory
from notifications.tests.smtp import free_port

pytestmark = pytest.mark.django_db


@pytest.fixture
def switch(provider, settings):
    """Something over TLS that counts who asked."""
    provider.known["x"] = "1"
    settings.DEAD_MAN_URL = f"{provider.url}?reference=x"
    return provider


def test_a_completed_pass_is_told_once_in_thirty_seconds(desk, post, switch):
    for seconds in (0, 10, 20, 30, 40):
        dispatch_due(now=NOW + timedelta(seconds=seconds))

    assert len(switch.asked) == 2


def test_a_pass_that_may_not_send_tells_nobody(switch):
    pause(now=NOW)
    dispatch_due(now=NOW)

    assert switch.asked == []


def test_a_switch_that_is_gone_harms_nothing(desk, post, settings):
    settings.DEAD_MAN_URL = f"https://127.0.0.1:{free_port()}/x"
    MessageFactory()
    began = time.monotonic()

    assert dispatch_due(now=NOW).counts == {"sent": 1}
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("url", ["", "http://127.0.0.1/x", "file:///etc/passwd"])
def test_nothing_but_https_is_called(settings, url):
    settings.DEAD_MAN_URL = url
    pause(now=NOW)

    assert not ping_watch(now=NOW)
    assert Outbox.objects.get().pinged_at is None


def test_the_figures_count_what_somebody_should_look_at():
    MessageFactory(attempts=2)
    MessageFactory(state="failed")
    MessageFactory(state="failed", handled_at=NOW)
    MessageFactory(state="unknown")
    MessageFactory(state="sent")
    MessageFactory(state="sending", in_hand=True)

    assert message_counts() == {
        "waiting": 1,
        "in_hand": 1,
        "failed": 1,
        "unknown": 1,
        "missed": 0,
        "tried_again": 1,
    }
