"""A clinician with a coach, to be wanted by many; and locks to take away."""

from __future__ import annotations

from datetime import date

import pytest

from coaching.services import ledger, places
from coaching.tests.factories import CoachedEnrollmentFactory, SessionTypeFactory
from programs.models import Engagement


@pytest.fixture
def enrollment():
    return CoachedEnrollmentFactory(
        cohort__engagement__starts_on=date(2027, 1, 1),
        cohort__engagement__ends_on=date(2027, 12, 31),
    )


@pytest.fixture
def kind():
    return SessionTypeFactory(length_min=60, step_min=30, buffer_after_min=0)


@pytest.fixture
def no_locks(monkeypatch):
    """Every lock of `book` becomes a plain read."""
    monkeypatch.setattr(places, "lock_people", lambda **_: None)
    monkeypatch.setattr(
        ledger, "lock_engagement", lambda *, engagement_id: Engagement.objects.get(pk=engagement_id)
    )
