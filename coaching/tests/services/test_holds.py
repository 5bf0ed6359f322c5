"""Times kept for ten minutes: who gets them before, at and after the instant they expire."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from coaching.models import Booking, Hold, HoursEntry, TimeClaim
from coaching.services.bookings import book
from coaching.services.holds import place_hold, purge_holds, release_hold
from coaching.services.slots import find_open_slots
from coaching.tests.factories import (
    BookingPolicyFactory,
    CoachedEnrollmentFactory,
    SessionTypeFactory,
)
from programs.services.enrollments import withdraw
from programs.tests.factories import EnrollmentFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 6, 1, 6, tzinfo=UTC)
TEN = datetime(2027, 6, 3, 10, tzinfo=UTC)
TICK = timedelta(microseconds=1)
EXPIRY = NOW + timedelta(minutes=10)


@pytest.fixture
def enrollment():
    return CoachedEnrollmentFactory(
        cohort__engagement__coaching_hours=10,
        cohort__engagement__starts_on=date(2027, 1, 1),
        cohort__engagement__ends_on=date(2027, 12, 31),
    )


@pytest.fixture
def other(enrollment):
    return EnrollmentFactory(cohort=enrollment.cohort, coach=enrollment.coach)


@pytest.fixture
def kind():
    return SessionTypeFactory(length_min=60, step_min=30, buffer_before_min=10, buffer_after_min=20)


def keep(enrollment, kind, start=TEN, **fields):
    defaults = {"actor": enrollment.clinician, "now": NOW}
    return place_hold(enrollment=enrollment, session_type=kind, start=start, **(defaults | fields))


def take(enrollment, kind, start=TEN, **fields):
    defaults = {"actor": enrollment.clinician, "idem_key": uuid4(), "now": NOW}
    return book(enrollment=enrollment, session_type=kind, start=start, **(defaults | fields))


def confirm(hold, **fields):
    defaults = {"actor": hold.clinician, "idem_key": uuid4(), "now": NOW}
    return book(enrollment=hold.enrollment, hold=hold, **(defaults | fields))


def refused(call, *args, **fields):
    with pytest.raises(ValidationError) as refusal:
        call(*args, **fields)
    return refusal.value.code


def test_a_hold_is_two_claims_until_it_expires(enrollment, kind):
    hold = keep(enrollment, kind)
    assert hold.expires_at == EXPIRY
    claims = {claim.person_id: claim for claim in TimeClaim.objects.all()}
    assert {claim.kind for claim in claims.values()} == {"hold"}
    coach, own = claims[enrollment.coach_id].span, claims[enrollment.clinician_id].span
    assert (coach.lower, coach.upper) == (TEN - timedelta(minutes=10), TEN + timedelta(minutes=80))
    assert (own.lower, own.upper) == (TEN, TEN + timedelta(minutes=60))
    assert HoursEntry.objects.filter(kind="hold").count() == 0


@pytest.mark.parametrize("at", [NOW, EXPIRY - TICK])
def test_until_it_expires_others_are_refused(enrollment, other, kind, at):
    hold = keep(enrollment, kind)
    assert refused(take, other, kind, now=at) == "slot_taken"
    assert refused(keep, other, kind, now=at) == "slot_taken"
    assert confirm(hold, now=at).state == "booked"


@pytest.mark.parametrize("at", [EXPIRY, EXPIRY + TICK])
def test_from_the_instant_of_expiry_the_time_is_free(enrollment, other, kind, at):
    hold = keep(enrollment, kind)
    assert take(other, kind, now=at).state == "booked"
    assert refused(confirm, hold, now=at) == "slot_taken"


def test_who_confirms_late_still_gets_a_time_that_stayed_free(enrollment, kind):
    hold = keep(enrollment, kind)
    booking = confirm(hold, now=EXPIRY)
    assert booking.coaching_session.starts_at == TEN
    assert TimeClaim.objects.filter(kind="hold").count() == 0


def test_confirming_turns_the_same_rows_into_the_bookings(enrollment, kind):
    hold = keep(enrollment, kind)
    rows = {claim.pk: (claim.person_id, claim.span) for claim in TimeClaim.objects.all()}
    booking = confirm(hold)
    claims = list(TimeClaim.objects.all())
    assert {claim.pk: (claim.person_id, claim.span) for claim in claims} == rows
    assert {claim.kind for claim in claims} == {"coach", "participant"}
    assert {claim.coaching_session_id for claim in claims} == {booking.coaching_session_id}
    assert [claim.booking for claim in claims if claim.kind == "participant"] == [booking]
    assert all(claim.expires_at is None and claim.hold is None for claim in claims)
    hold.refresh_from_db()
    assert hold.booking == booking
    assert HoursEntry.objects.balance().held == 60


def test_confirming_asks_nothing_again(enrollment, kind):
    """Ten minutes ago it was in time; the notice has passed since, and the day is closed."""
    hold = keep(enrollment, kind, now=TEN - timedelta(minutes=60))
    kind.max_per_day = 0
    kind.save()
    enrollment.coach.availability.rules.all().delete()
    assert confirm(hold, now=TEN - timedelta(minutes=51)).state == "booked"


def test_confirming_twice_is_one_booking(enrollment, kind):
    hold, key = keep(enrollment, kind), uuid4()
    first = confirm(hold, idem_key=key)
    assert confirm(hold, idem_key=key) == first
    assert refused(confirm, hold) == "not_open"
    assert Booking.objects.count() == 1


def test_the_next_choice_of_a_type_replaces_the_kept_one(enrollment, other, kind):
    first = keep(enrollment, kind)
    second = keep(enrollment, kind, TEN + timedelta(minutes=30))  # they overlap
    assert list(Hold.objects.live(NOW)) == [second]
    assert refused(confirm, first) == "not_open"
    assert keep(other, kind, TEN - timedelta(minutes=90))
    third = keep(enrollment, SessionTypeFactory(length_min=30), TEN + timedelta(hours=4))
    assert set(Hold.objects.live(NOW).filter(enrollment=enrollment)) == {second, third}


def test_a_refused_choice_leaves_the_kept_one(enrollment, other, kind):
    hold = keep(enrollment, kind)
    take(other, kind, TEN + timedelta(hours=3))
    assert refused(keep, enrollment, kind, TEN + timedelta(hours=3)) == "slot_taken"
    assert list(Hold.objects.live(NOW)) == [hold]


def test_booking_another_time_lets_the_kept_one_go(enrollment, other, kind):
    keep(enrollment, kind)
    take(enrollment, kind, TEN + timedelta(minutes=30))
    assert not Hold.objects.live(NOW).exists()
    assert take(other, kind, TEN - timedelta(minutes=90)).state == "booked"


def test_what_is_kept_for_oneself_is_still_offered_to_oneself_only(enrollment, other, kind):
    keep(enrollment, kind)

    def offered(person):
        days = find_open_slots(
            enrollment=person, session_type=kind, now=NOW, first_day=TEN.date(), days=1
        )
        return TEN in [slot.starts_at for day in days for slot in day.slots]

    assert offered(enrollment)
    assert not offered(other)


def test_letting_go_frees_the_time_at_once(enrollment, other, kind):
    hold = keep(enrollment, kind)
    release_hold(hold=hold, now=NOW)
    assert take(other, kind).state == "booked"
    release_hold(hold=hold, now=NOW)  # again: nothing
    assert refused(confirm, hold) == "not_open"


def test_letting_go_of_what_is_booked_changes_nothing(enrollment, kind):
    hold = keep(enrollment, kind)
    booking = confirm(hold)
    release_hold(hold=hold, now=NOW)
    assert TimeClaim.objects.filter(active=True).count() == 2
    booking.refresh_from_db()
    assert booking.state == "booked"


def test_a_hold_counts_in_the_coachs_caps(enrollment, other, kind):
    kind.max_per_day = 1
    kind.save()
    keep(enrollment, kind)
    later = TEN + timedelta(hours=4)
    assert refused(take, other, kind, later) == "cap_reached"
    assert refused(take, other, kind, later, now=EXPIRY - TICK) == "cap_reached"
    assert take(other, kind, later, now=EXPIRY).state == "booked"


def test_a_hold_counts_in_the_sessions_of_a_period(enrollment, kind):
    BookingPolicyFactory(engagement=enrollment.cohort.engagement, max_sessions=1, period_days=7)
    keep(enrollment, kind)
    brief = SessionTypeFactory(length_min=30)
    later = TEN + timedelta(days=2)
    assert refused(keep, enrollment, brief, later) == "cap_reached"
    assert keep(enrollment, brief, later, now=EXPIRY)


def test_a_hold_counts_in_the_hours(enrollment, other, kind):
    engagement = enrollment.cohort.engagement
    engagement.coaching_hours = 1
    engagement.save()
    hold = keep(enrollment, kind)
    later = TEN + timedelta(hours=4)
    assert refused(take, other, kind, later) == "no_hours"
    assert refused(keep, other, kind, later) == "no_hours"
    confirm(hold)
    assert HoursEntry.objects.balance().left == 0


def test_an_expired_hold_takes_no_hours(enrollment, other, kind):
    engagement = enrollment.cohort.engagement
    engagement.coaching_hours = 1
    engagement.save()
    keep(enrollment, kind)
    assert take(other, kind, TEN + timedelta(hours=4), now=EXPIRY).state == "booked"


def test_a_hold_follows_the_same_rules_as_a_booking(enrollment, kind):
    assert refused(keep, enrollment, kind, NOW + timedelta(minutes=59)) == "too_late"
    assert refused(keep, enrollment, kind, TEN.replace(hour=20)) == "slot_taken"
    assert refused(keep, enrollment, kind, TEN + timedelta(days=61)) == "beyond_horizon"
    kind.horizon_days = 900
    kind.save()
    assert refused(keep, enrollment, kind, TEN.replace(year=2028)) == "outside_contract"
    assert Hold.objects.count() == TimeClaim.objects.count() == 0


def test_who_withdraws_keeps_nothing(enrollment, other, kind):
    keep(enrollment, kind)
    withdraw(enrollment=enrollment, by=enrollment.clinician, now=NOW)
    assert take(other, kind).state == "booked"


def test_lapsed_holds_are_cleared_away(enrollment, kind):
    keep(enrollment, kind)
    assert purge_holds(now=EXPIRY - TICK) == 0
    assert TimeClaim.objects.count() == 2
    assert purge_holds(now=EXPIRY) == 0
    assert TimeClaim.objects.count() == 0
    assert purge_holds(now=NOW + timedelta(days=8)) == 1
