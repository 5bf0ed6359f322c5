"""A consultant who writes on a draft of a shipped program."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from accounts.tests.factories import UserFactory
from programs.services.drafts import start_draft
from programs.services.versions import import_program

FOUNDATIONS = Path(__file__).resolve().parents[3] / "curriculum/foundations-clinical-empathy"
NOW = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def version():
    return import_program(path=FOUNDATIONS, now=NOW).version


@pytest.fixture
def writer(client):
    user = UserFactory(practice_role="consultant")
    client.force_login(user)
    return user


@pytest.fixture
def draft(version, writer):
    return start_draft(version=version, by=writer)
