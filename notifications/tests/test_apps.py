"""What this app adds to `/readyz/`."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from notifications.services.dispatch import dispatch_due
from notifications.tests.factories import MessageFactory


@pytest.mark.django_db
def test_ready_tells_how_long_the_oldest_message_waits(client, settings, tmp_path):
    settings.MAILBOX_DIR = tmp_path
    MessageFactory(due_at=timezone.now() - timedelta(seconds=200))

    facts = client.get("/readyz/").json()

    assert (facts["database"], facts["migrations"]) == ("up", "applied")
    assert 195 <= facts["oldest_due_message_s"] <= 260
    assert facts["last_dispatch_s"] is None

    dispatch_due()
    assert client.get("/readyz/").json()["last_dispatch_s"] in (0, 1)
