"""Many reminders at once: their bookings are read together, and still as they are then."""

from __future__ import annotations

import pytest
from django.utils import timezone

from coaching.models import Booking
from coaching.notices.bookings import SESSION_REMINDER, load
from coaching.tests.factories import BookingFactory
from notifications.models import Message
from notifications.services.dispatch import dispatch_due
from notifications.services.messages import owe

pytestmark = pytest.mark.django_db


def owe_reminders(count: int) -> list[Booking]:
    now = timezone.now()
    bookings = BookingFactory.create_batch(count)
    for booking in bookings:
        owe(
            kind=SESSION_REMINDER,
            subject=booking,
            recipient=booking.clinician,
            due_at=now,
            now=now,
        )
    return bookings


def test_a_batch_reads_its_bookings_in_one_query(count_queries):
    bookings = owe_reminders(5)
    messages = list(Message.objects.order_by("pk"))

    with count_queries() as queries:
        found = load(messages)
        people = {found[row.pk].clinician.name for row in messages}

    assert len(queries) == 1
    assert people == {booking.clinician.name for booking in bookings}


def test_a_booking_canceled_before_the_batch_is_read_is_not_reminded_of(settings, tmp_path):
    settings.MAILBOX_DIR = tmp_path
    bookings = owe_reminders(3)
    Booking.objects.filter(pk=bookings[1].pk).update(rev=2)
    bookings[2].delete()

    dispatch_due()

    states = Message.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["sent", "superseded", "superseded"]
