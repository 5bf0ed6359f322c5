from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from coaching.models import Booking, HoursEntry, TimeClaim
from coaching.services.bookings import book
from coaching.services.requests import answer_request, lapse_requests
from coaching.tests.factories import CoachedEnrollmentFactory, SessionTypeFactory
from notifications.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_():
    """A session asked for in three days at 10:00, now."""
    enrollment = CoachedEnrollmentFactory()
    now = datetime.now(UTC)
    return book(
        actor=enrollment.clinician,
        enrollment=enrollment,
        session_type=SessionTypeFactory(needs_approval=True),
        start=(now + timedelta(days=3)).replace(hour=10, minute=0, second=0, microsecond=0),
        idem_key=uuid4(),
        now=now,
    )


def answer(booking, accept, expected_rev=1):
    return answer_request(
        actor=booking.coaching_session.coach,
        booking=booking,
        accept=accept,
        expected_rev=expected_rev,
        now=booking.created_at,
    )


def test_accepting_books_and_confirms(request_):
    accepted = answer(request_, accept=True)
    assert (accepted.state, accepted.rev) == ("booked", 2)
    confirmed = Message.objects.filter(kind="coaching.booking_confirmed", state="pending")
    assert {message.subject_rev for message in confirmed} == {2}
    with pytest.raises(ValidationError) as refusal:
        answer(request_, accept=False, expected_rev=2)
    assert refusal.value.code == "not_live"


def test_declining_frees_time_and_hours(request_):
    assert answer(request_, accept=False).state == "declined"
    assert TimeClaim.objects.filter(active=True).count() == 0
    assert HoursEntry.objects.balance().held == 0


def test_a_request_lapses_at_its_deadline(request_):
    deadline = request_.created_at + timedelta(days=1)
    assert lapse_requests(now=deadline - timedelta(seconds=2)) == 0
    assert lapse_requests(now=deadline + timedelta(seconds=2)) == 1
    assert lapse_requests(now=deadline + timedelta(seconds=2)) == 0
    assert Booking.objects.get().state == "declined"
