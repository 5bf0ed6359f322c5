from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from coaching.models import HoursEntry
from coaching.services.ledger import purchase
from coaching.tests.factories import BookingFactory
from programs.signals import engagement_saved
from programs.tests.factories import EngagementFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 6, 1, 6, tzinfo=UTC)


def entries(engagement):
    return list(HoursEntry.objects.filter(engagement=engagement).values_list("kind", "minutes"))


def test_a_purchase_enters_the_hours_once_and_then_what_changed():
    engagement = EngagementFactory(coaching_hours=120)
    assert purchase(engagement=engagement, actor=None, now=NOW).minutes == 7200
    assert purchase(engagement=engagement, actor=None, now=NOW) is None
    for hours in (150, 100):
        engagement.coaching_hours = hours
        engagement.save()
        purchase(engagement=engagement, actor=None, now=NOW)
    assert entries(engagement) == [("purchase", 7200), ("purchase", 1800), ("adjust", -3000)]
    assert HoursEntry.objects.filter(engagement=engagement).balance() == (6000, 0, 0, 0)


def test_a_saved_contract_enters_its_hours():
    engagement = EngagementFactory(coaching_hours=3)
    engagement_saved.send(sender=None, engagement=engagement, by=None, now=NOW)
    assert entries(engagement) == [("purchase", 180)]


def test_an_empty_ledger_is_zero():
    assert HoursEntry.objects.balance().left == 0


@pytest.mark.parametrize(("kind", "minutes"), [("hold", 60), ("use", 60), ("release", -60)])
def test_the_sign_follows_the_kind(kind, minutes):
    booking = BookingFactory()
    with pytest.raises(IntegrityError, match="hoursentry_sign_follows_kind"), transaction.atomic():
        HoursEntry.objects.create(
            engagement=booking.engagement,
            kind=kind,
            minutes=minutes,
            booking=booking,
            coaching_session=booking.coaching_session,
            booking_rev=1,
            created_at=NOW,
        )


def test_the_site_can_neither_change_nor_delete_an_entry():
    engagement = EngagementFactory(coaching_hours=1)
    purchase(engagement=engagement, actor=None, now=NOW)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        HoursEntry.objects.update(minutes=1)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        HoursEntry.objects.all()._raw_delete(HoursEntry.objects.db)
