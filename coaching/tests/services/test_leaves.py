from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from accounts.tests.factories import UserFactory
from coaching.engine.hours import Rule
from coaching.models import Leave
from coaching.services.availability import set_weekly_hours
from coaching.services.leaves import add_leave, keep_in_leave, leave_clashes, remove_leave
from coaching.services.slots import find_open_slots
from coaching.services.travel import add_travel
from coaching.tests.factories import (
    CoachedEnrollmentFactory,
    CoachingSessionFactory,
    SessionTypeFactory,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 6, 1, 6, tzinfo=UTC)  # a Tuesday


def test_leave_closes_its_days_and_gives_them_back():
    enrollment = CoachedEnrollmentFactory()
    kind = SessionTypeFactory()

    def days():
        found = find_open_slots(enrollment=enrollment, session_type=kind, now=NOW, days=7)
        return [day.day.day for day in found]

    leave = add_leave(coach=enrollment.coach, first=date(2027, 6, 3), last=date(2027, 6, 5))
    assert days() == [1, 2, 6, 7]
    remove_leave(leave=leave)
    assert days() == [1, 2, 3, 4, 5, 6, 7]


def session_at(coach, *parts, minutes=None, **fields):
    return CoachingSessionFactory(coach=coach, starts_at=datetime(*parts, tzinfo=UTC), **fields)


def test_it_lists_what_is_planned_in_it_to_the_edges_of_the_coach_s_dates():
    coach = UserFactory(practice_role="consultant")
    set_weekly_hours(coach=coach, zone="America/New_York", hours=[Rule(0, 540, 600)])
    # 10 to 12 June in New York: from 10 June 04:00Z to 13 June 04:00Z.
    reaches_in = session_at(coach, 2027, 6, 10, 3, 30)
    last = session_at(coach, 2027, 6, 13, 3, 59)
    session_at(coach, 2027, 6, 13, 5)
    session_at(coach, 2027, 6, 11, 9, status="cancelled")
    session_at(coach, 2027, 6, 11, 12, status="held")
    session_at(UserFactory(practice_role="consultant"), 2027, 6, 11, 15)

    leave = add_leave(coach=coach, first=date(2027, 6, 10), last=date(2027, 6, 12))
    clashes = leave_clashes(leave=leave, now=NOW)
    assert [clash.session for clash in clashes] == [reaches_in, last]
    assert leave_clashes(leave=leave, now=datetime(2027, 6, 12, tzinfo=UTC)) == [(last, False)]


def test_a_session_that_ends_as_the_leave_begins_is_no_clash():
    coach = UserFactory(practice_role="consultant", time_zone="America/New_York")
    session_at(coach, 2027, 6, 10, 3, 15)  # until 04:00Z, midnight there
    leave = add_leave(coach=coach, first=date(2027, 6, 10), last=date(2027, 6, 10))
    assert leave_clashes(leave=leave, now=NOW) == []


def test_leave_on_a_journey_is_read_on_the_clock_of_the_place():
    coach = UserFactory(practice_role="consultant")
    set_weekly_hours(coach=coach, zone="Europe/London", hours=[])
    day = date(2027, 6, 10)
    add_travel(coach=coach, first=day, last=day, zone="Asia/Tokyo")
    inside = session_at(coach, 2027, 6, 9, 15)  # 00:00 in Tokyo
    session_at(coach, 2027, 6, 10, 15)  # 00:00 the day after
    leave = add_leave(coach=coach, first=day, last=day)
    assert leave_clashes(leave=leave, now=NOW) == [(inside, False)]


def test_nothing_moves_and_what_the_coach_keeps_is_noted():
    coach = UserFactory(practice_role="consultant", time_zone="UTC")
    session = session_at(coach, 2027, 6, 10, 9)
    leave = add_leave(coach=coach, first=date(2027, 6, 10), last=date(2027, 6, 10))
    keep_in_leave(leave=leave, session=session)
    assert leave_clashes(leave=leave, now=NOW) == [(session, True)]
    keep_in_leave(leave=leave, session=session, kept=False)
    assert leave_clashes(leave=leave, now=NOW) == [(session, False)]
    before = session.updated_at
    session.refresh_from_db()
    assert (session.status, session.rev, session.updated_at) == ("scheduled", 1, before)


def test_a_session_outside_cannot_be_kept():
    coach = UserFactory(practice_role="consultant", time_zone="UTC")
    leave = add_leave(coach=coach, first=date(2027, 6, 10), last=date(2027, 6, 10))
    for session in (
        session_at(coach, 2027, 6, 11, 9),
        session_at(UserFactory(practice_role="consultant"), 2027, 6, 10, 9),
    ):
        with pytest.raises(ValidationError) as refusal:
            keep_in_leave(leave=leave, session=session)
        assert refusal.value.code == "not_in_leave"
    assert not leave.kept.exists()


def test_a_day_is_leave_once():
    coach = UserFactory(practice_role="consultant")
    first = date(2027, 6, 10)
    add_leave(coach=coach, first=first, last=first)
    add_leave(coach=coach, first=first + timedelta(days=1), last=first + timedelta(days=1))
    for last, code in (
        (first, "overlap"),
        (first + timedelta(days=9), "overlap"),
        (first - timedelta(days=1), "ends_before_start"),
    ):
        with pytest.raises(ValidationError) as refusal:
            add_leave(coach=coach, first=first, last=last)
        (errors,) = refusal.value.error_dict.values()
        assert [error.code for error in errors] == [code]
    assert Leave.objects.owned_by(coach).count() == 2
