from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError

from accounts.tests.factories import UserFactory
from coaching.models import AvailabilityOverride, HolidayProposal
from coaching.services.availability import add_override, remove_override
from coaching.services.holidays import (
    accept_holiday,
    dismiss_holiday,
    propose_all_holidays,
    propose_holidays,
    set_region,
    undo_holiday,
)
from coaching.services.slots import find_open_slots
from coaching.tests.factories import CoachedEnrollmentFactory, SessionTypeFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def schedule():
    coach = UserFactory(practice_role="consultant", time_zone="Europe/London")
    return set_region(coach=coach, region="GB-ENG", now=NOW)


def proposal(schedule, *day):
    return schedule.holiday_proposals.get(date=date(*day))


def test_england_s_days_of_fourteen_months_are_proposed_and_close_nothing(schedule):
    found = dict(schedule.holiday_proposals.values_list("date", "name"))
    assert found[date(2026, 12, 25)] == "Christmas Day"
    assert found[date(2026, 12, 28)] == "Boxing Day (observed)"  # the 26th is a Saturday
    assert found[date(2027, 3, 26)] == "Good Friday"
    assert date(2028, 1, 3) in found  # New Year's Day, a Saturday, is kept on Monday
    assert max(found) < date(2028, 1, 20)
    assert min(found) >= date(2026, 11, 20)
    assert set(schedule.holiday_proposals.values_list("state", flat=True)) == {"proposed"}
    assert not schedule.overrides.exists()


def test_proposing_again_adds_nothing_and_keeps_answers(schedule):
    accept_holiday(proposal=proposal(schedule, 2026, 12, 25))
    dismiss_holiday(proposal=proposal(schedule, 2027, 3, 26))
    before = list(schedule.holiday_proposals.values_list("pk", "state"))
    assert propose_holidays(schedule=schedule, now=NOW) == 0
    assert propose_all_holidays(now=NOW) == 0
    assert list(schedule.holiday_proposals.values_list("pk", "state")) == before


def test_as_time_passes_new_days_come_and_unanswered_ones_go(schedule):
    later = datetime(2027, 1, 2, tzinfo=UTC)
    assert propose_holidays(schedule=schedule, now=later) == 0  # February 2028 has none
    assert schedule.holiday_proposals.order_by("date").first().date == date(2027, 3, 26)
    assert propose_holidays(schedule=schedule, now=datetime(2027, 4, 1, tzinfo=UTC)) == 4


def test_accepting_closes_the_day_and_can_be_undone():
    enrollment = CoachedEnrollmentFactory()
    schedule = set_region(coach=enrollment.coach, region="GB-ENG", now=NOW)
    kind = SessionTypeFactory(horizon_days=365)

    def is_open():
        return bool(
            find_open_slots(
                enrollment=enrollment,
                session_type=kind,
                now=NOW,
                first_day=date(2026, 12, 25),
                days=1,
            )
        )

    christmas = proposal(schedule, 2026, 12, 25)
    assert is_open()
    christmas = accept_holiday(proposal=christmas)
    assert (christmas.state, is_open()) == ("accepted", False)
    assert accept_holiday(proposal=christmas).override == christmas.override
    christmas = undo_holiday(proposal=christmas)
    assert (christmas.state, christmas.override, is_open()) == ("proposed", None, True)
    accept_holiday(proposal=christmas)
    christmas = dismiss_holiday(proposal=christmas)
    assert (christmas.state, is_open()) == ("dismissed", True)
    assert not AvailabilityOverride.objects.exists()


def test_accepting_closes_a_day_that_had_other_hours(schedule):
    """A day with its own hours is closed by the holiday, and has them back when that is undone."""
    add_override(
        coach=schedule.coach, day=date(2026, 12, 25), kind="replace", start_min=540, end_min=600
    )
    accept_holiday(proposal=proposal(schedule, 2026, 12, 25))
    assert schedule.overrides.count() == 2
    undo_holiday(proposal=proposal(schedule, 2026, 12, 25))
    assert schedule.overrides.get().start_min == 540


def test_removing_the_exception_dismisses_the_holiday(schedule):
    christmas = accept_holiday(proposal=proposal(schedule, 2026, 12, 25))
    remove_override(override=christmas.override)
    christmas.refresh_from_db()
    assert (christmas.state, christmas.override) == ("dismissed", None)


def test_another_region_proposes_its_own_days_and_keeps_closed_ones_closed(schedule):
    accept_holiday(proposal=proposal(schedule, 2026, 12, 28))
    dismiss_holiday(proposal=proposal(schedule, 2026, 12, 25))
    set_region(coach=schedule.coach, region="US-IL", now=NOW)
    states = dict(schedule.holiday_proposals.values_list("date", "state"))
    assert states[date(2026, 12, 28)] == "accepted"
    assert states[date(2026, 12, 25)] == "proposed"
    assert states[date(2026, 11, 26)] == "proposed"  # Thanksgiving
    assert date(2027, 3, 26) not in states
    set_region(coach=schedule.coach, region="", now=NOW)
    assert [row.state for row in HolidayProposal.objects.all()] == ["accepted"]


@pytest.mark.parametrize("region", ["XX", "GB-XX", "england", "GB-", "holidays"])
def test_an_unknown_region_is_refused(schedule, region):
    with pytest.raises(ValidationError):
        set_region(coach=schedule.coach, region=region, now=NOW)
    schedule.refresh_from_db()
    assert schedule.region == "GB-ENG"
