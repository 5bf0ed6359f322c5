"""A clinician in Chicago with one coach, on a still clock: Tuesday 1 June 2027, 06:00 UTC."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from accounts.models import User
from coaching.services.bookings import book
from coaching.tests.factories import CoachedEnrollmentFactory, SessionTypeFactory

NOW = datetime(2027, 6, 1, 6, tzinfo=UTC)
TEN = datetime(2027, 6, 3, 10, tzinfo=UTC)  # Thursday, 05:00 in Chicago


@pytest.fixture
def clock():
    """The still clock; `move_to` changes it."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def later(clock, client):
    """Let time pass; who was signed in then signs in again."""

    def move_to(moment: datetime) -> None:
        person = client.session.get("_auth_user_id")
        clock.move_to(moment)
        if person:
            client.force_login(User.objects.get(pk=person))

    return move_to


@pytest.fixture
def kind(db, clock):
    """An hour, every half hour, with no time kept free around it."""
    return SessionTypeFactory(length_min=60, step_min=30, name="Coaching")


@pytest.fixture
def enrollment(db, clock, kind):
    """Her coach works 08:00 to 18:00 UTC; the contract has ten hours."""
    return CoachedEnrollmentFactory(
        cohort__engagement__coaching_hours=10,
        cohort__engagement__organization__name="Northfield Hospital",
        clinician__name="Ana Silva",
        clinician__time_zone="America/Chicago",
    )


@pytest.fixture
def clinician(client, enrollment):
    """A browser in which she is signed in."""
    client.force_login(enrollment.clinician)
    return client


@pytest.fixture
def coach(enrollment):
    """Her coach, by name."""
    enrollment.coach.name = "Maya Lind"
    enrollment.coach.save()
    return enrollment.coach


@pytest.fixture
def booking(enrollment, kind, coach):
    """Booked for Thursday 10:00 UTC, by herself."""
    return book(
        actor=enrollment.clinician,
        enrollment=enrollment,
        session_type=kind,
        start=TEN,
        idem_key=uuid4(),
        now=NOW,
    )


@pytest.fixture
def slot_key(enrollment):
    """What the form sends for a time; hours count from Thursday 10:00 UTC."""

    def key(hours: float = 0) -> str:
        at = TEN + timedelta(hours=hours)
        return f"{enrollment.coach.public_id}:{int(at.timestamp())}"

    return key


@pytest.fixture
def url():
    """The address of a page about things, by their public ids."""

    def address(name: str, *things, query: str = "") -> str:
        return reverse(f"coaching:{name}", args=[thing.public_id for thing in things]) + query

    return address
