"""Two files of one organization at the same moment: its series must not contradict itself."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from threading import Barrier, BrokenBarrierError

import pytest

from accounts.models import Organization
from accounts.tests.factories import OrganizationFactory, UserFactory
from outcomes.engine.indicator_files import HEADERS
from outcomes.models import IndicatorPoint
from outcomes.services import indicators
from tests.concurrency.test_bookings import race

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PERIODS = ("2025-01-01,2025-01-31", "2025-01-15,2025-02-14")  # they overlap


@pytest.fixture
def uploads(monkeypatch):
    """Two files whose periods overlap, brought together between the check and the writing."""
    together, check = Barrier(2), indicators.check_file

    def check_and_wait(**given):
        reading = check(**given)
        with suppress(BrokenBarrierError):
            together.wait(timeout=1.5)  # under the lock the other one never comes
        return reading

    monkeypatch.setattr(indicators, "check_file", check_and_wait)
    organization, actor = OrganizationFactory(), UserFactory()

    def call(period):
        file = f"{','.join(HEADERS)}\nsick_leave,,{period},4,1310,,,,Personnel records".encode()
        return lambda: indicators.upload_indicators(
            organization=organization, file=file, actor=actor, dry_run=False, now=NOW
        )

    return [call(period) for period in PERIODS]


def test_of_two_files_that_contradict_each_other_one_is_stored(uploads):
    race(uploads)

    assert IndicatorPoint.objects.count() == 1


def test_without_the_lock_both_would_be(uploads, monkeypatch):
    monkeypatch.setattr(
        indicators, "_lock", lambda organization: Organization.objects.get(pk=organization.pk)
    )
    race(uploads)

    assert IndicatorPoint.objects.count() == 2
