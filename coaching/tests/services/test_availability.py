from datetime import date

import pytest
from django.core.exceptions import ValidationError

from accounts.tests.factories import UserFactory
from coaching.engine.hours import Rule
from coaching.services.availability import add_override, remove_override, set_weekly_hours

pytestmark = pytest.mark.django_db


@pytest.fixture
def coach():
    return UserFactory(practice_role="consultant", time_zone="Europe/London")


def test_weekly_hours_are_replaced_not_added(coach):
    set_weekly_hours(coach=coach, zone="Europe/London", hours=[Rule(0, 540, 720)])
    schedule = set_weekly_hours(
        coach=coach, zone="America/New_York", hours=[Rule(1, 540, 720), Rule(5, 1320, 1800)]
    )
    assert schedule.zone == "America/New_York"
    assert list(schedule.rules.values_list("weekday", "start_min", "end_min")) == [
        (1, 540, 720),
        (5, 1320, 1800),
    ]


@pytest.mark.parametrize(
    ("zone", "hours", "code"),
    [
        ("Mars/Base", [], "invalid_zone"),
        ("UTC", [Rule(0, 720, 540)], "ends_before_start"),
        ("UTC", [Rule(0, 540, 2881)], "ends_before_start"),
        ("UTC", [Rule(0, 540, 720), Rule(0, 700, 800)], "overlap"),
    ],
)
def test_hours_that_make_no_sense_are_refused_and_change_nothing(coach, zone, hours, code):
    before = set_weekly_hours(coach=coach, zone="UTC", hours=[Rule(2, 0, 60)])
    with pytest.raises(ValidationError) as refusal:
        set_weekly_hours(coach=coach, zone=zone, hours=hours)
    errors = (
        refusal.value.error_list
        if not hasattr(refusal.value, "error_dict")
        else [error for errors in refusal.value.error_dict.values() for error in errors]
    )
    assert [error.code for error in errors] == [code]
    assert before.rules.count() == 1


def test_windows_of_one_weekday_may_share_hours_in_different_seasons(coach):
    summer = Rule(0, 540, 720, None, date(2027, 9, 30))
    winter = Rule(0, 600, 780, date(2027, 10, 1), None)
    schedule = set_weekly_hours(coach=coach, zone="UTC", hours=[summer, winter])
    assert schedule.rules.count() == 2


def test_an_override_is_made_in_the_coach_s_zone_and_taken_back(coach):
    override = add_override(coach=coach, day=date(2027, 12, 24), kind="replace")
    assert override.schedule.zone == "Europe/London"
    remove_override(override=override)
    assert override.schedule.overrides.count() == 0


def test_a_removal_needs_times(coach):
    with pytest.raises(ValidationError):
        add_override(coach=coach, day=date(2027, 12, 24), kind="remove")
