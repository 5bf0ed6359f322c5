from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from coaching.services.bookings import book
from coaching.tests.factories import CoachedEnrollmentFactory, SessionTypeFactory
from programs.signals import enrollment_withdrawn

pytestmark = pytest.mark.django_db


def test_whoever_leaves_the_program_frees_their_sessions():
    enrollment = CoachedEnrollmentFactory()
    now = datetime.now(UTC)
    start = now.replace(hour=10, minute=0, second=0, microsecond=0)
    booking = book(
        actor=enrollment.clinician,
        enrollment=enrollment,
        session_type=SessionTypeFactory(),
        start=start + timedelta(days=3),
        idem_key=uuid4(),
        now=now,
    )
    enrollment_withdrawn.send(sender=None, enrollment=enrollment, by=None, now=now)
    booking.refresh_from_db()
    assert (booking.state, booking.events.last().reason) == ("cancelled", "left_program")
