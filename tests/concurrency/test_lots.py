"""Two who draw for the same people at the same moment: one lot, and the other is told."""

from __future__ import annotations

from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest
from django.db.models import QuerySet

from outcomes.models import Lot
from outcomes.services import allocations
from outcomes.tests.services.test_allocations import Ground
from tests.concurrency.test_bookings import race

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def draws(monkeypatch):
    """Two draws, brought together between the check and the writing."""
    together, draw = Barrier(2), allocations.draw_entries

    def draw_and_wait(*given):
        drawn = draw(*given)
        with suppress(BrokenBarrierError):
            together.wait(timeout=1.5)  # under the lock the other one never comes
        return drawn

    monkeypatch.setattr(allocations, "draw_entries", draw_and_wait)
    ground = Ground()
    return [lambda seed=seed: ground.draw(seed=seed) for seed in (1, 2)]


def test_of_two_draws_one_counts_and_the_other_is_told(draws):
    outcomes, _wait = race(draws)

    assert outcomes["done"] == 1
    assert outcomes["people"] + outcomes["drawn"] == 1
    assert Lot.objects.get().allocations.count() == 8


def test_twin_without_locks_the_constraint_alone_crashes_somebody(draws, monkeypatch):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_how: rows)
    outcomes, _wait = race(draws)

    assert outcomes["people"] + outcomes["drawn"] == 0
    assert any("Error: " in outcome or "Deadlock" in outcome for outcome in outcomes)
