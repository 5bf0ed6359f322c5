from __future__ import annotations

import pytest

from core.health import FACTS


def test_alive_needs_no_database_and_no_sign_in(client):
    assert client.get("/healthz/").content == b"ok"


@pytest.mark.django_db
def test_ready_says_what_it_looked_at_and_what_apps_add(client, monkeypatch):
    monkeypatch.setattr(FACTS, "_items", {"oldest_thing_s": lambda: 12})

    answer = client.get("/readyz/")

    assert answer.status_code == 200
    assert answer.json() == {"database": "up", "migrations": "applied", "oldest_thing_s": 12}
