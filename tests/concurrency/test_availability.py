"""One form sent many times at once: the days are taken once, and everybody else is told so."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import partial

import pytest
from django.core.exceptions import ValidationError

from accounts.tests.factories import UserFactory
from coaching.models import AvailabilityOverride, AvailabilitySchedule, Leave, TravelZone
from coaching.services import leaves, travel
from coaching.services.holidays import accept_holiday, propose_holidays, set_region
from tests.concurrency.test_bookings import race

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2027, 6, 1, 6, tzinfo=UTC)
DAYS = {"first": date(2027, 7, 1), "last": date(2027, 7, 9)}


@pytest.fixture
def coach():
    coach = UserFactory(practice_role="consultant")
    AvailabilitySchedule.objects.create(coach=coach, zone="UTC")
    return coach


def told(service, **arguments):
    """Call a service whose refusal names a field or none; raise it by its code."""
    try:
        service(**arguments)
    except ValidationError as refusal:
        (errors,) = refusal.error_dict.values()
        raise ValidationError("", code=errors[0].code) from refusal


def add_leave(coach):
    return race([partial(told, leaves.add_leave, coach=coach, **DAYS)] * 8)[0]


def add_travel(coach):
    return race([partial(told, travel.add_travel, coach=coach, zone="Asia/Tokyo", **DAYS)] * 8)[0]


@pytest.mark.parametrize(("add", "model"), [(add_leave, Leave), (add_travel, TravelZone)])
def test_the_same_days_eight_times_at_once(coach, add, model):
    assert add(coach) == {"done": 1, "overlap": 7}
    assert model.objects.owned_by(coach).count() == 1


def test_twin_without_lock_the_constraint_alone_crashes_somebody(coach, monkeypatch):
    monkeypatch.setattr(leaves, "_lock", lambda coach: None)
    monkeypatch.setattr(
        travel, "lock_schedule", lambda coach: AvailabilitySchedule.objects.get(coach=coach)
    )
    for add, model in ((add_leave, Leave), (add_travel, TravelZone)):
        crashed = False
        for _ in range(10):
            outcomes = add(coach)
            assert model.objects.owned_by(coach).count() == 1  # it holds all the same
            model.objects.all().delete()
            crashed = crashed or any("IntegrityError" in outcome for outcome in outcomes)
        assert crashed


def test_holidays_proposed_and_accepted_by_two_pages_at_once(coach):
    schedule = set_region(coach=coach, region="", now=NOW)
    AvailabilitySchedule.objects.filter(pk=schedule.pk).update(region="GB-ENG")
    outcomes, _wait = race([partial(propose_holidays, schedule=schedule, now=NOW)] * 4)
    assert outcomes == {"done": 4}
    proposal = schedule.holiday_proposals.first()
    outcomes, _wait = race([partial(accept_holiday, proposal=proposal)] * 4)
    assert outcomes == {"done": 4}
    assert AvailabilityOverride.objects.count() == 1
