"""Each row of the table of states: who sets it, when, and what it does to the contract's hours."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from coaching.models import BookingEvent, HoursEntry, TimeClaim
from coaching.services.attendance import mark
from coaching.services.bookings import book, cancel
from coaching.services.requests import answer_request, lapse_requests
from coaching.tests.factories import (
    BookingPolicyFactory,
    CoachedEnrollmentFactory,
    SessionTypeFactory,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 6, 1, 6, tzinfo=UTC)
TEN = datetime(2027, 6, 3, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
INSIDE = TEN - 23 * HOUR


@pytest.fixture
def enrollment():
    return CoachedEnrollmentFactory(
        cohort__engagement__coaching_hours=10,
        cohort__engagement__starts_on=date(2027, 1, 1),
        cohort__engagement__ends_on=date(2027, 12, 31),
    )


def booked(enrollment, needs_approval=False):
    return book(
        actor=enrollment.clinician,
        enrollment=enrollment,
        session_type=SessionTypeFactory(length_min=60, step_min=30, needs_approval=needs_approval),
        start=TEN,
        idem_key=uuid4(),
        now=NOW,
    )


def give_up(by, reason="", now=NOW):
    def act(booking):
        actor = booking.clinician if by == "clinician" else booking.coaching_session.coach
        fields = {"reason": reason, "expected_rev": booking.rev, "now": now}
        return cancel(actor=actor, booking=booking, **fields)

    return act


def tell(by, state, now=TEN + 2 * HOUR):
    def act(booking):
        actor = booking.clinician if by == "clinician" else booking.coaching_session.coach
        return mark(actor=actor, booking=booking, state=state, expected_rev=booking.rev, now=now)

    return act


HELD, FREE, USED = (60, 0), (0, 0), (0, 60)  # minutes held, used

ROWS = [
    # act, state, hours, whether the time is free again
    (lambda booking: booking, "booked", HELD, False),
    (tell("coach", "attended"), "attended", USED, False),
    (tell("clinician", "attended"), "attended", USED, False),
    (give_up("clinician", now=INSIDE), "late_cancel", USED, True),
    (tell("coach", "no_show"), "no_show", USED, False),
    (tell("clinician", "no_show"), "no_show", USED, False),
    (give_up("clinician", "clinical_duty", INSIDE), "clinical_duty", FREE, True),
    (give_up("clinician", "clinical_duty", TEN + 48 * HOUR), "clinical_duty", FREE, True),
    (give_up("coach"), "coach_cancel", FREE, True),
    (give_up("coach", now=INSIDE), "coach_cancel", FREE, True),
    (give_up("clinician", now=TEN - 24 * HOUR), "cancelled", FREE, True),
]


@pytest.mark.parametrize(("act", "state", "hours", "is_free"), ROWS)
def test_each_state_by_default(enrollment, act, state, hours, is_free):
    booking = act(booked(enrollment))
    booking.refresh_from_db()
    balance = HoursEntry.objects.balance()
    assert (booking.state, balance.held, balance.used) == (state, *hours)
    assert TimeClaim.objects.filter(active=True).exists() is not is_free
    events = BookingEvent.objects.filter(booking=booking).order_by("rev")
    assert [event.rev for event in events] == list(range(1, booking.rev + 1))
    assert events.last().to_state == state


@pytest.mark.parametrize(
    ("act", "used"),
    [
        (give_up("clinician", now=INSIDE), 0),
        (tell("coach", "no_show"), 0),
        (give_up("clinician", "clinical_duty", INSIDE), 60),
        (tell("coach", "attended"), 0),
        (give_up("coach", now=INSIDE), 0),
    ],
)
def test_a_contract_names_what_it_debits(enrollment, act, used):
    BookingPolicyFactory(engagement=enrollment.cohort.engagement, debit_states=["clinical_duty"])
    act(booked(enrollment))
    assert HoursEntry.objects.balance().used == used


def test_a_request_holds_time_and_hours_until_it_is_answered(enrollment):
    booking = booked(enrollment, needs_approval=True)
    assert (booking.state, HoursEntry.objects.balance().held) == ("requested", 60)
    answered = answer_request(
        actor=enrollment.coach, booking=booking, accept=True, expected_rev=1, now=NOW
    )
    assert (answered.state, HoursEntry.objects.balance().held) == ("booked", 60)


@pytest.mark.parametrize("lapses", [True, False])
def test_a_declined_request_frees_everything(enrollment, lapses):
    booking = booked(enrollment, needs_approval=True)
    if lapses:
        assert lapse_requests(now=NOW + 24 * HOUR) == 1
    else:
        answer_request(
            actor=enrollment.coach, booking=booking, accept=False, expected_rev=1, now=NOW
        )
    booking.refresh_from_db()
    assert (booking.state, HoursEntry.objects.balance().held) == ("declined", 0)
    assert not TimeClaim.objects.filter(active=True).exists()


def code(call, booking):
    with pytest.raises(ValidationError) as refusal:
        call(booking)
    return refusal.value.code


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (give_up("clinician", now=TEN), "already_started"),
        (give_up("clinician", "clinical_duty", TEN + 48 * HOUR + timedelta(seconds=1)), "too_late"),
        (tell("clinician", "coach_cancel"), "invalid_state"),
        (tell("coach", "attended", TEN - HOUR), "not_started"),
        (tell("coach", "attended", TEN + timedelta(days=7, seconds=1)), "too_late"),
    ],
)
def test_each_state_has_its_time(enrollment, act, why):
    booking = booked(enrollment)
    assert code(act, booking) == why
    booking.refresh_from_db()
    assert (booking.state, booking.rev) == ("booked", 1)


def test_an_old_form_changes_nothing(enrollment):
    """Compare and set: who saw revision 1 does not act on revision 2."""
    booking = booked(enrollment)
    stale = type(booking).objects.get(pk=booking.pk)
    tell("coach", "attended")(booking)
    assert code(tell("clinician", "no_show"), stale) == "stale"
    assert code(give_up("clinician", now=INSIDE), stale) == "stale"


def test_contradicting_marks_go_to_the_owner(enrollment):
    booking = tell("coach", "no_show")(booked(enrollment))
    assert booking.disputed_at is None
    corrected = tell("clinician", "attended", TEN + timedelta(days=7))(booking)
    assert corrected.disputed_at == TEN + timedelta(days=7)
    balance = HoursEntry.objects.balance()
    assert (balance.used, balance.returned) == (60, 0)  # both use hours: nothing to write
    freed = tell("coach", "coach_cancel", TEN + timedelta(days=7))(corrected)
    assert freed.state == "coach_cancel"
    assert HoursEntry.objects.balance().left == 600
