from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.tests.factories import UserFactory
from coaching.engine.hours import Rule
from coaching.models import TravelZone
from coaching.services.availability import set_weekly_hours
from coaching.services.slots import find_open_slots
from coaching.services.travel import add_travel, remove_travel
from coaching.tests.factories import (
    CoachedEnrollmentFactory,
    CoachingSessionFactory,
    SessionTypeFactory,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 6, 1, 6, tzinfo=UTC)  # a Tuesday
TUE = 1


def starts(enrollment, days=21):
    kind = SessionTypeFactory(length_min=60, step_min=60, buffer_after_min=0)
    found = find_open_slots(enrollment=enrollment, session_type=kind, now=NOW, days=days)
    return [slot.starts_at for day in found for slot in day.slots]


def test_hours_are_read_on_the_clock_of_the_place_and_bookings_stay():
    enrollment = CoachedEnrollmentFactory()
    coach = enrollment.coach
    set_weekly_hours(coach=coach, zone="Europe/London", hours=[Rule(TUE, 540, 600)])
    booked = CoachingSessionFactory(coach=coach, starts_at=datetime(2027, 6, 8, 8, tzinfo=UTC))
    travel = add_travel(
        coach=coach, first=date(2027, 6, 7), last=date(2027, 6, 8), zone="America/New_York"
    )

    assert [(at.day, at.hour) for at in starts(enrollment)] == [(1, 8), (8, 13), (15, 8)]
    booked.refresh_from_db()
    assert booked.starts_at == datetime(2027, 6, 8, 8, tzinfo=UTC)

    remove_travel(travel=travel)
    assert [(at.day, at.hour) for at in starts(enrollment)] == [(1, 8), (15, 8)]


@pytest.mark.parametrize(
    ("first", "last", "zone", "code"),
    [
        (date(2027, 6, 7), date(2027, 6, 9), "Mars/Base", "invalid_zone"),
        (date(2027, 6, 9), date(2027, 6, 7), "Asia/Tokyo", "ends_before_start"),
        (date(2027, 6, 10), date(2027, 6, 14), "Asia/Tokyo", "overlap"),
        (date(2027, 6, 1), date(2027, 6, 30), "Asia/Tokyo", "overlap"),
    ],
)
def test_dates_in_disorder_or_twice_are_refused(first, last, zone, code):
    coach = UserFactory(practice_role="consultant")
    add_travel(coach=coach, first=date(2027, 6, 10), last=date(2027, 6, 10), zone="Asia/Seoul")
    with pytest.raises(ValidationError) as refusal:
        add_travel(coach=coach, first=first, last=last, zone=zone)
    codes = {error.code for errors in _lists(refusal.value) for error in errors}
    assert codes == {code}
    assert TravelZone.objects.owned_by(coach).count() == 1


def _lists(refusal):
    return refusal.error_dict.values() if hasattr(refusal, "error_dict") else [refusal.error_list]


def test_trips_may_touch_and_other_coaches_travel_too():
    one, other = UserFactory.create_batch(2, practice_role="consultant")
    for coach in (one, other):
        for day in (10, 11):
            on = date(2027, 6, day)
            add_travel(coach=coach, first=on, last=on, zone="Asia/Tokyo")
    assert TravelZone.objects.owned_by(one).count() == 2


def test_the_database_too_refuses_two_clocks_on_one_day():
    coach = UserFactory(practice_role="consultant")
    travel = add_travel(coach=coach, first=date(2027, 6, 1), last=date(2027, 6, 3), zone="UTC")
    with pytest.raises(IntegrityError), transaction.atomic():
        TravelZone.objects.create(
            schedule=travel.schedule,
            first=travel.last,
            last=travel.last + timedelta(days=1),
            zone="UTC",
        )
