"""Several bookings in one go: every one checked, every one answered."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from coaching.engine.series import series_starts
from coaching.models import Booking, CoachingSession, HoursEntry, IdempotencyKey, TimeClaim
from coaching.services.bookings import book
from coaching.services.series import book_series, cancel_following, later_of_series
from coaching.services.series_reviews import review_series
from coaching.tests.factories import CoachedEnrollmentFactory, SessionTypeFactory
from notifications.models import Message
from programs.tests.factories import EnrollmentFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 6, 1, 6, tzinfo=UTC)
TEN = datetime(2027, 6, 3, 10, tzinfo=UTC)
WEEKS = [TEN + timedelta(weeks=n) for n in range(4)]


@pytest.fixture
def enrollment():
    return CoachedEnrollmentFactory(
        cohort__engagement__coaching_hours=40,
        cohort__engagement__starts_on=date(2027, 1, 1),
        cohort__engagement__ends_on=date(2027, 12, 31),
    )


@pytest.fixture
def other(enrollment):
    return EnrollmentFactory(cohort=enrollment.cohort, coach=enrollment.coach)


@pytest.fixture
def kind():
    return SessionTypeFactory(length_min=60, step_min=30, buffer_after_min=0)


def series(enrollment, kind, starts=WEEKS, mode="atomic", **fields):
    defaults = {"actor": enrollment.clinician, "idem_key": uuid4(), "now": NOW}
    return book_series(
        enrollment=enrollment, session_type=kind, starts=starts, mode=mode, **(defaults | fields)
    )


def single(enrollment, kind, start):
    return book(
        actor=enrollment.clinician,
        enrollment=enrollment,
        session_type=kind,
        start=start,
        idem_key=uuid4(),
        now=NOW,
    )


def codes(outcomes):
    return [outcome.code for outcome in outcomes]


def refused(call, *args, **fields):
    with pytest.raises(ValidationError) as refusal:
        call(*args, **fields)
    return refusal.value.code


def test_all_of_a_series_is_one_series(enrollment, kind):
    outcomes = series(enrollment, kind)
    assert codes(outcomes) == [""] * 4
    assert [outcome.booking.coaching_session.starts_at for outcome in outcomes] == WEEKS
    assert len({outcome.booking.series_id for outcome in outcomes}) == 1
    assert HoursEntry.objects.balance().held == 240
    assert TimeClaim.objects.filter(active=True).count() == 8


def test_atomic_means_none_and_still_says_which(enrollment, other, kind):
    single(other, kind, WEEKS[2])
    assert codes(series(enrollment, kind)) == [
        "others_refused",
        "others_refused",
        "slot_taken",
        "others_refused",
    ]
    assert Booking.objects.filter(enrollment=enrollment).count() == 0
    assert IdempotencyKey.objects.count() == 1  # the other's
    assert Message.objects.filter(recipient=enrollment.clinician).count() == 0
    assert HoursEntry.objects.balance().held == 60


def test_best_effort_books_the_rest(enrollment, other, kind):
    single(other, kind, WEEKS[2])
    outcomes = series(enrollment, kind, mode="best_effort")
    assert codes(outcomes) == ["", "", "slot_taken", ""]
    assert Booking.objects.filter(enrollment=enrollment).count() == 3
    assert HoursEntry.objects.balance().held == 240


def test_every_occurrence_is_checked_not_only_the_first_two(enrollment, kind):
    """cal#16387, cal#18072: the last of many lies outside the hours."""
    starts = [*WEEKS, TEN + timedelta(weeks=4, hours=12)]
    assert codes(series(enrollment, kind, starts))[-1] == "slot_taken"
    assert Booking.objects.count() == CoachingSession.objects.count() == 0


def test_what_the_series_itself_fills_counts(enrollment, kind):
    engagement = enrollment.cohort.engagement
    engagement.coaching_hours = 3
    engagement.save()
    assert codes(series(enrollment, kind, mode="best_effort")) == ["", "", "", "no_hours"]
    assert HoursEntry.objects.balance().left == 0


def test_caps_count_within_the_series(enrollment, kind):
    kind.max_per_day = 2
    kind.save()
    starts = [TEN + timedelta(hours=2 * n) for n in range(4)]
    outcomes = series(enrollment, kind, starts, mode="best_effort")
    assert codes(outcomes) == ["", "", "cap_reached", "cap_reached"]


def test_the_same_time_twice_is_had_once(enrollment, kind):
    outcomes = series(enrollment, kind, [TEN, TEN], mode="best_effort")
    assert codes(outcomes) == ["", "clinician_busy"]


@pytest.mark.parametrize("count", [0, 27])
def test_a_series_has_an_end(enrollment, kind, count):
    assert refused(series, enrollment, kind, [TEN] * count) == "series_length"


def test_the_same_key_gives_the_same_answer(enrollment, other, kind):
    single(other, kind, WEEKS[1])
    key = uuid4()
    first = series(enrollment, kind, mode="best_effort", idem_key=key)
    again = series(enrollment, kind, mode="best_effort", idem_key=key)
    assert again == first
    assert Booking.objects.filter(enrollment=enrollment).count() == 3
    assert refused(series, enrollment, kind, WEEKS[:2], idem_key=key) == "key_reused"


def test_a_key_of_one_booking_is_no_key_of_a_series(enrollment, kind):
    key = uuid4()
    series(enrollment, kind, idem_key=key)
    call = {"actor": enrollment.clinician, "enrollment": enrollment, "session_type": kind}
    later = TEN + timedelta(hours=3)
    assert refused(book, **call, start=later, idem_key=key, now=NOW) == "key_reused"


# --- cancel this and following ----------------------------------------------------------------------


def following(booking, **fields):
    defaults = {"actor": booking.clinician, "expected_rev": booking.rev, "now": NOW}
    return cancel_following(booking=booking, **(defaults | fields))


def test_this_and_following_are_canceled_and_nothing_else(enrollment, other, kind):
    """cal#29816: others' bookings, other series and single ones stay."""
    outcomes = series(enrollment, kind)
    second = series(enrollment, kind, [start + timedelta(hours=2) for start in WEEKS])
    foreign = series(other, kind, [start + timedelta(hours=4) for start in WEEKS])
    alone = single(enrollment, kind, WEEKS[3] + timedelta(hours=6))

    canceled = following(outcomes[1].booking)

    assert [booking.pk for booking in canceled] == [o.booking.pk for o in outcomes[1:]]
    assert {booking.state for booking in canceled} == {"cancelled"}
    live = set(Booking.objects.live().values_list("pk", flat=True))
    kept = [outcomes[0], *second, *foreign]
    assert live == {alone.pk, *(outcome.booking.pk for outcome in kept)}
    assert HoursEntry.objects.balance().held == 60 * len(live)


def test_a_booking_without_a_series_has_nothing_later(enrollment, kind):
    booking = single(enrollment, kind, TEN)
    single(enrollment, kind, WEEKS[1])
    assert later_of_series(booking=booking) == []


def test_following_is_refused_as_a_whole(enrollment, kind):
    outcomes = series(enrollment, kind)
    assert refused(following, outcomes[0].booking, expected_rev=9) == "stale"
    assert refused(following, outcomes[0].booking, now=WEEKS[0] + timedelta(hours=1)) == (
        "already_started"
    )
    assert Booking.objects.live().count() == 4


def test_the_notice_counts_for_each(enrollment, kind):
    outcomes = series(enrollment, kind)
    canceled = following(outcomes[0].booking, now=WEEKS[0] - timedelta(hours=2))
    assert [booking.state for booking in canceled] == ["late_cancel", *["cancelled"] * 3]
    balance = HoursEntry.objects.balance()
    assert (balance.held, balance.used) == (0, 60)


# --- the review -------------------------------------------------------------------------------------


def test_the_review_names_each_date_and_another_time(enrollment, other, kind):
    single(other, kind, WEEKS[2])
    found = review_series(
        enrollment=enrollment, session_type=kind, starts=WEEKS, coach=enrollment.coach, now=NOW
    )
    assert codes(found) == ["", "", "slot_taken", ""]
    assert found[2].instead.starts_at == WEEKS[2] - timedelta(hours=1)
    assert [line.instead for line in found if not line.code] == [None] * 3


def test_the_review_counts_hours_and_contract(enrollment, kind):
    engagement = enrollment.cohort.engagement
    engagement.coaching_hours, engagement.ends_on = 2, date(2027, 6, 18)
    engagement.save()
    single(enrollment, kind, TEN + timedelta(hours=2))  # enters the hours, and holds one
    found = review_series(
        enrollment=enrollment, session_type=kind, starts=WEEKS, coach=enrollment.coach, now=NOW
    )
    assert codes(found) == ["", "no_hours", "no_hours", "outside_contract"]


# --- the dates --------------------------------------------------------------------------------------


def test_the_wall_time_stays_across_a_clock_change():
    first = datetime(2027, 3, 7, 12, tzinfo=UTC)  # 07:00 EST; clocks change on 14 March
    starts = series_starts(first, zone="America/New_York", every_weeks=1, count=3)
    assert [f"{start:%m-%d %H:%M}" for start in starts] == [
        "03-07 12:00",
        "03-14 11:00",
        "03-21 11:00",
    ]


def test_a_wall_time_that_does_not_exist_moves_forward():
    first = datetime(2027, 2, 28, 7, 30, tzinfo=UTC)  # 02:30 EST
    starts = series_starts(first, zone="America/New_York", every_weeks=2, count=3)
    # 14 March has no 02:30: 03:30 EDT.
    assert [f"{start:%m-%d %H:%M}" for start in starts] == [
        "02-28 07:30",
        "03-14 07:30",
        "03-28 06:30",
    ]


def test_a_wall_time_that_exists_twice_is_the_first():
    first = datetime(2027, 10, 31, 5, 30, tzinfo=UTC)  # 01:30 EDT
    starts = series_starts(first, zone="America/New_York", every_weeks=1, count=2)
    assert f"{starts[1]:%m-%d %H:%M}" == "11-07 05:30"


def test_a_series_is_never_longer_than_half_a_year():
    first = datetime(2027, 10, 31, 5, 30, tzinfo=UTC)
    assert len(series_starts(first, zone="UTC", every_weeks=1, count=500)) == 26
