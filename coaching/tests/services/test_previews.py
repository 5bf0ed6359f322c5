from datetime import UTC, date, datetime, timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from accounts.tests.factories import UserFactory
from coaching.engine.hours import Leave, Override, Rule, Travel
from coaching.models import AvailabilitySchedule, TimeClaim
from coaching.services.availability import set_weekly_hours
from coaching.services.previews import preview_slots
from coaching.services.slots import find_open_slots
from coaching.tests.factories import CoachedEnrollmentFactory, SessionTypeFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 6, 1, 6, tzinfo=UTC)  # a Tuesday


@pytest.fixture
def coach():
    return UserFactory(practice_role="consultant", time_zone="Europe/London")


def seen(coach, **unsaved):
    kind = SessionTypeFactory(length_min=60, step_min=60, buffer_after_min=0)
    days = preview_slots(coach=coach, session_type=kind, now=NOW, **unsaved)
    return [(day.day.day, [slot.label for slot in day.slots]) for day in days]


def test_it_shows_unsaved_hours_and_saves_nothing(coach):
    assert seen(coach, hours=[Rule(2, 540, 660)]) == [
        (2, ["09:00", "10:00"]),
        (9, ["09:00", "10:00"]),
    ]
    assert not AvailabilitySchedule.objects.exists()
    assert seen(coach) == []


def test_stored_hours_count_where_nothing_is_given(coach):
    set_weekly_hours(coach=coach, zone="Europe/London", hours=[Rule(2, 540, 600)])
    assert seen(coach) == [(2, ["09:00"]), (9, ["09:00"])]
    assert seen(coach, zone="Europe/Paris", viewer_zone="Europe/London") == [
        (2, ["08:00"]),
        (9, ["08:00"]),
    ]
    day = date(2027, 6, 2)
    assert seen(coach, overrides=[Override(day, "replace")]) == [(9, ["09:00"])]
    assert seen(coach, leaves=[Leave(day, day)]) == [(9, ["09:00"])]
    assert seen(coach, travel=[Travel(day, day, "Europe/Paris")]) == [
        (2, ["08:00"]),
        (9, ["09:00"]),
    ]


def test_busy_time_and_notice_count_even_before_hours_were_ever_saved(coach):
    span = DateTimeTZRange(NOW.replace(day=2, hour=8), NOW.replace(day=2, hour=9))
    TimeClaim.objects.create(person=coach, span=span, kind="coach")
    today_and_tomorrow = [Rule(1, 420, 540), Rule(2, 540, 660)]
    assert seen(coach, hours=today_and_tomorrow)[:2] == [(1, ["08:00"]), (2, ["10:00"])]


def test_half_typed_hours_show_nothing_and_raise_nothing(coach):
    assert seen(coach, hours=[Rule(2, 700, 600), Rule(3, 540, 540)]) == []


def test_a_clinician_is_offered_what_the_preview_showed():
    enrollment = CoachedEnrollmentFactory()
    hours = [Rule(day, 545 + day, 800 + 7 * day) for day in range(5)] + [Rule(5, 1320, 1620)]
    kind = SessionTypeFactory(max_per_day=3, horizon_days=11)
    before = preview_slots(
        coach=enrollment.coach,
        session_type=kind,
        now=NOW,
        zone="America/New_York",
        hours=hours,
        viewer_zone=enrollment.clinician.time_zone,
    )
    set_weekly_hours(coach=enrollment.coach, zone="America/New_York", hours=hours)
    after = find_open_slots(enrollment=enrollment, session_type=kind, now=NOW)
    assert len(before) > 5
    assert [(day.day, [slot.start for slot in day.slots]) for day in before] == [
        (day.day, [slot.start for slot in day.slots]) for day in after
    ]
    assert before[-1].day - before[0].day <= timedelta(days=11)
