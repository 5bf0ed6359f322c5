"""Asking for other times: one open request a person, answered by any later booking."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from coaching.models import TimeRequest
from coaching.services.bookings import book
from coaching.services.time_requests import ask_for_times, close_request
from coaching.tests.factories import CoachedEnrollmentFactory, SessionTypeFactory
from programs.tests.factories import CohortStaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def enrollment():
    return CoachedEnrollmentFactory(cohort__engagement__coaching_hours=10)


@pytest.fixture
def kind():
    return SessionTypeFactory(length_min=60, step_min=30)


def ask(enrollment, kind, now, weekdays=(1, 3), parts=("evening",)):
    return ask_for_times(
        enrollment=enrollment, session_type=kind, weekdays=weekdays, parts=parts, now=now
    )


def test_a_new_request_takes_the_place_of_the_open_one(enrollment, kind, now):
    first = ask(enrollment, kind, now)
    second = ask(enrollment, kind, now, weekdays=[6, 6, 0], parts=["night", "early"])

    first.refresh_from_db()
    assert first.closed_at == now
    assert second.weekdays == [0, 6]
    assert second.part_labels == ["before 08:00", "after 21:00"]
    assert list(TimeRequest.objects.open()) == [second]


@pytest.mark.parametrize(
    ("weekdays", "parts"), [((), ("evening",)), ((7,), ("evening",)), ((1,), ()), ((1,), ("noon",))]
)
def test_a_request_names_real_times(enrollment, kind, now, weekdays, parts):
    with pytest.raises(ValidationError):
        ask(enrollment, kind, now, weekdays, parts)

    assert not TimeRequest.objects.exists()


def test_who_left_cannot_ask(enrollment, kind, now):
    enrollment.withdrawn_at = now
    enrollment.save()

    with pytest.raises(ValidationError) as refusal:
        ask(enrollment, kind, now)

    assert refusal.value.code == "not_enrolled"


def test_a_booking_answers_it(enrollment, kind, now):
    ask(enrollment, kind, now)

    book(
        actor=enrollment.clinician,
        enrollment=enrollment,
        session_type=kind,
        start=(now + timedelta(days=3)).replace(hour=10, minute=0, second=0, microsecond=0),
        idem_key=uuid4(),
        now=now,
    )

    assert not TimeRequest.objects.open()


def test_closing_twice_is_closing_once(enrollment, kind, now):
    asked = ask(enrollment, kind, now)

    close_request(request=asked, now=now)
    close_request(request=asked, now=now + timedelta(hours=1))

    asked.refresh_from_db()
    assert asked.closed_at == now


def test_the_clinician_and_those_who_look_after_her_see_it(enrollment, kind, now):
    asked = ask(enrollment, kind, now)
    other = CohortStaffFactory().person

    assert TimeRequest.objects.owned_by(enrollment.clinician).get() == asked
    assert TimeRequest.objects.managed_by(enrollment.coach).get() == asked
    assert not TimeRequest.objects.visible_to(other)
