"""Staff set a rule aside; claims stay claims."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from coaching.models import CoachingSession
from coaching.services.bookings import book
from coaching.tests.factories import (
    BookingPolicyFactory,
    CoachedEnrollmentFactory,
    SessionTypeFactory,
)
from programs.tests.factories import EnrollmentFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 6, 1, 6, tzinfo=UTC)
TEN = datetime(2027, 6, 3, 10, tzinfo=UTC)


@pytest.fixture
def enrollment():
    return CoachedEnrollmentFactory(
        cohort__engagement__coaching_hours=10,
        cohort__engagement__starts_on=date(2027, 1, 1),
        cohort__engagement__ends_on=date(2027, 12, 31),
    )


@pytest.fixture
def kind():
    return SessionTypeFactory(length_min=60, step_min=30, buffer_before_min=10, buffer_after_min=20)


def force(enrollment, kind, start=TEN, **fields):
    defaults = {"actor": enrollment.coach, "override": True, "idem_key": uuid4(), "now": NOW}
    return book(enrollment=enrollment, session_type=kind, start=start, **(defaults | fields))


def refused(call, *args, **fields):
    with pytest.raises(ValidationError) as refusal:
        call(*args, **fields)
    return refusal.value.code


def reason(booking):
    return booking.events.get().reason


@pytest.mark.parametrize(
    ("start", "code"),
    [
        (TEN, ""),
        (TEN.replace(hour=20), "override_outside_hours"),
        (TEN + timedelta(minutes=7), "override_outside_hours"),
        (NOW + timedelta(hours=2, minutes=30), ""),
        (NOW + timedelta(minutes=30), "override_too_late"),
        (TEN + timedelta(days=90), "override_beyond_horizon"),
    ],
)
def test_the_history_says_which_rule_was_set_aside(enrollment, kind, start, code):
    assert reason(force(enrollment, kind, start)) == code


def test_caps_give_way(enrollment, kind):
    kind.max_per_day = 1
    kind.save()
    BookingPolicyFactory(engagement=enrollment.cohort.engagement, max_sessions=2, period_days=7)
    force(enrollment, kind)
    assert reason(force(enrollment, kind, TEN + timedelta(hours=3))) == "override_cap_reached"
    next_day = force(enrollment, kind, TEN + timedelta(days=1))
    assert reason(next_day) == "override_cap_reached"  # the contract's, per period


def test_a_taken_time_stays_taken(enrollment, kind):
    other = EnrollmentFactory(cohort=enrollment.cohort, coach=enrollment.coach)
    force(other, kind)
    assert refused(force, enrollment, kind) == "slot_taken"
    # Its buffers too: 20 minutes after the first, 10 before the second.
    assert refused(force, enrollment, kind, TEN + timedelta(minutes=89)) == "slot_taken"
    assert force(enrollment, kind, TEN + timedelta(minutes=90))
    assert refused(force, enrollment, kind, TEN + timedelta(minutes=120)) == "clinician_busy"


def test_contract_hours_and_dates_are_no_house_rules(enrollment, kind):
    assert refused(force, enrollment, kind, TEN.replace(year=2028)) == "outside_contract"
    assert refused(force, enrollment, kind, NOW - timedelta(minutes=1)) == "already_started"
    engagement = enrollment.cohort.engagement
    engagement.coaching_hours = 0
    engagement.save()
    assert refused(force, enrollment, kind) == "no_hours"
    assert CoachingSession.objects.count() == 0


def test_a_key_for_a_plain_booking_is_no_key_for_an_override(enrollment, kind):
    key = uuid4()
    force(enrollment, kind, idem_key=key, override=False)
    assert refused(force, enrollment, kind, idem_key=key) == "key_reused"
