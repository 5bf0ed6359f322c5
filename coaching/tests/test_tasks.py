from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.tests.factories import UserFactory
from coaching.models import IdempotencyKey
from coaching.tasks import end_what_is_due, propose_holidays, purge_idempotency_keys
from coaching.tests.factories import AvailabilityScheduleFactory, BookingFactory

pytestmark = pytest.mark.django_db


def test_keys_are_kept_for_seven_days():
    actor, now = UserFactory(), timezone.now()
    old, young = (
        IdempotencyKey.objects.create(
            actor=actor, key=uuid4(), request_sha256="", created_at=now - timedelta(days=days)
        )
        for days in (8, 6)
    )
    purge_idempotency_keys()
    assert list(IdempotencyKey.objects.all()) == [young]


def test_only_requests_lapse():
    booking = BookingFactory()
    asked = BookingFactory(state="requested")
    type(asked).objects.filter(pk=asked.pk).update(created_at=timezone.now() - timedelta(days=2))
    end_what_is_due()
    booking.refresh_from_db()
    asked.refresh_from_db()
    assert (booking.state, asked.state) == ("booked", "declined")


def test_holidays_are_proposed_to_coaches_with_a_region():
    schedule = AvailabilityScheduleFactory(region="GB-ENG")
    elsewhere = AvailabilityScheduleFactory()
    propose_holidays()
    assert schedule.holiday_proposals.count() >= 8
    propose_holidays()
    assert schedule.holiday_proposals.count() == schedule.holiday_proposals.distinct("date").count()
    assert not elsewhere.holiday_proposals.exists()
