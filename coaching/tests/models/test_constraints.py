"""What can never be false, whatever the code does."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from psycopg.types.range import TimestamptzRange

from accounts.tests.factories import UserFactory
from coaching.models import BookingEvent, CoachingSession, TimeClaim
from coaching.tests.factories import (
    BookingFactory,
    BookingPolicyFactory,
    CoachingSessionFactory,
    SessionTypeFactory,
)

pytestmark = pytest.mark.django_db

TEN = datetime(2027, 6, 3, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


def claim(person, start, end, **fields):
    values = {"kind": "coach"} | fields
    return TimeClaim.objects.create(person=person, span=TimestamptzRange(start, end), **values)


def refused(name, call, *args, **fields):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        call(*args, **fields)


def test_one_person_is_in_one_place_at_a_time():
    person = UserFactory()
    claim(person, TEN, TEN + HOUR)
    refused("timeclaim_person_not_double_booked", claim, person, TEN + HOUR / 2, TEN + 2 * HOUR)
    refused(
        "timeclaim_person_not_double_booked",
        claim,
        person,
        TEN,
        TEN + HOUR,
        kind="hold",
        expires_at=TEN,
    )
    claim(person, TEN + HOUR, TEN + 2 * HOUR)  # half-open: back to back
    claim(person, TEN, TEN + HOUR, active=False)
    claim(UserFactory(), TEN, TEN + HOUR)


def test_holds_and_only_holds_expire():
    person = UserFactory()
    name = "timeclaim_only_a_hold_expires"
    refused(name, claim, person, TEN, TEN + HOUR, kind="hold")
    refused(name, claim, person, TEN, TEN + HOUR, expires_at=TEN)


def test_a_session_is_never_overbooked():
    session = CoachingSessionFactory()
    rows = CoachingSession.objects.filter(pk=session.pk)
    refused("coachingsession_not_overbooked", rows.update, taken=2)
    refused("taken", rows.update, taken=-1)


def test_one_live_place_per_person():
    booking = BookingFactory()
    fields = {
        "coaching_session": booking.coaching_session,
        "clinician": booking.clinician,
        "actor": booking.clinician,
        "enrollment": booking.enrollment,
        "engagement": booking.engagement,
    }
    refused("booking_one_live_place_per_person", type(booking).objects.create, **fields)
    booking.state = "cancelled"
    booking.save()
    type(booking).objects.create(**fields)


def test_no_contract_debits_a_coach_s_own_cancellation():
    refused(
        "bookingpolicy_debits_only_what_it_may", BookingPolicyFactory, debit_states=["coach_cancel"]
    )


def test_there_is_one_rule_set_of_the_practice():
    BookingPolicyFactory()
    refused("bookingpolicy_one_per_contract", BookingPolicyFactory)


def test_a_one_to_one_has_one_place_and_a_first_talk_is_free():
    refused("sessiontype_only_groups_have_seats", SessionTypeFactory, capacity=2)
    refused("sessiontype_a_first_talk_uses_no_hours", SessionTypeFactory, kind="intro")


def test_what_happened_to_a_booking_cannot_be_rewritten():
    booking = BookingFactory()
    BookingEvent.objects.create(booking=booking, rev=1, to_state="booked", at=TEN)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        BookingEvent.objects.update(to_state="attended")
