"""Every change of a date is written down: who, when, from what to what, and why."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import DatabaseError, transaction

from accounts.tests.factories import ConsentFactory, UserFactory
from programs.models import ScheduleChange, ScheduleRow
from programs.reports.learning import module_path
from programs.services.closed_days import add_blackout, remove_blackout
from programs.services.cohorts import (
    add_group,
    create_cohort,
    edit_cohort,
    follow_schedule,
    open_everything,
)
from programs.services.enrollments import accept
from programs.services.live_slots import cancel_slot, move_slot, plan_slot
from programs.services.schedules import edit_date, extend, reset_date
from programs.tests.factories import (
    EngagementFactory,
    EnrollmentFactory,
    ModuleFactory,
    ProgramVersionFactory,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SESSION = datetime(2026, 3, 16, 17, tzinfo=UTC)
What = ScheduleChange.What


@pytest.fixture
def consultant():
    return UserFactory(practice_role="consultant")


@pytest.fixture
def cohort(consultant):
    """Starts on Monday 2 March 2026 in New York; module 3 counts from each person's first day."""
    version = ProgramVersionFactory(modules=0)
    ModuleFactory(version=version, due={"anchor": "cohort_start", "offset": "P5D", "at": "20:00"})
    ModuleFactory(
        version=version,
        release={"anchor": "session:mid", "offset": "-P2D"},
        due={"anchor": "session:mid", "offset": "P7D"},
    )
    ModuleFactory(
        version=version,
        release={"anchor": "enrolled", "offset": "P1D"},
        due={"anchor": "enrolled", "offset": "P9D"},
    )
    return create_cohort(
        engagement=EngagementFactory(),
        version=version,
        name="Spring",
        starts_on=date(2026, 3, 2),
        ends_on=date(2026, 5, 1),
        by=consultant,
        now=NOW,
    )


def lines(cohort) -> list:
    return list(cohort.schedule_changes.order_by("pk"))


def row_of(cohort, position, kind, **owner) -> ScheduleRow:
    owner = {"group": None, "enrollment": None, **owner}
    return cohort.schedule.get(module__position=position, kind=kind, **owner)


def test_planning_moving_and_canceling_a_session_are_each_logged_with_their_reason(
    cohort, consultant
):
    times = {"starts_at": SESSION, "ends_at": SESSION + HOUR}
    slot = plan_slot(cohort=cohort, key="mid", title="Middle", **times, by=consultant, now=NOW)
    later = NOW + HOUR
    move_slot(
        slot=slot, starts_at=SESSION + DAY, ends_at=SESSION + DAY + HOUR, by=consultant, now=later
    )
    cancel_slot(slot=slot, by=consultant, now=later + HOUR)

    told = [(line.what, line.old, line.new, line.reason) for line in lines(cohort)]
    assert told == [
        (What.RELEASE, None, SESSION - 2 * DAY, "session planned"),
        (What.DUE, None, SESSION + 7 * DAY, "session planned"),
        (What.RELEASE, SESSION - 2 * DAY, SESSION - DAY, "session moved"),
        (What.DUE, SESSION + 7 * DAY, SESSION + 8 * DAY, "session moved"),
        (What.DUE, SESSION + 8 * DAY, None, "session canceled"),
    ]
    assert {line.by for line in lines(cohort)} == {consultant}
    assert lines(cohort)[2].changed_at == later


def test_an_edited_date_stays_until_it_is_set_back_to_its_rule(cohort, consultant):
    row = row_of(cohort, 1, "due")
    rule = row.at
    edit_date(row=row, at=rule + DAY, by=consultant, reason="an inspection", now=NOW)
    edit_cohort(cohort=cohort, by=consultant, starts_on=date(2026, 3, 3), now=NOW)
    row.refresh_from_db()
    assert row.at == rule + DAY

    reset_date(row=row, by=consultant, now=NOW + HOUR)
    row.refresh_from_db()
    # Sunday the 8th at 20:00: the clocks have changed, so an hour earlier than 24 hours later.
    assert (row.at, row.edited_reason) == (datetime(2026, 3, 9, 0, tzinfo=UTC), "")
    assert [(line.old, line.new) for line in lines(cohort) if line.module == row.module][-1] == (
        rule + DAY,
        row.at,
    )


def test_blackouts_and_weekends_move_dates_and_give_them_back(cohort, consultant):
    row = row_of(cohort, 1, "due")
    rule = row.at  # Saturday 7 March, 20:00
    edit_cohort(cohort=cohort, by=consultant, skips_weekends=True, now=NOW)
    monday = row_of(cohort, 1, "due").at
    assert monday == datetime(2026, 3, 10, 0, tzinfo=UTC)
    blackout = add_blackout(
        cohort=cohort,
        first_day=date(2026, 3, 9),
        last_day=date(2026, 3, 9),
        label="Inspection",
        by=consultant,
        now=NOW,
    )
    assert row_of(cohort, 1, "due").at == monday + DAY
    remove_blackout(blackout=blackout, by=consultant, now=NOW)
    assert row_of(cohort, 1, "due").at == monday
    edit_cohort(cohort=cohort, by=consultant, skips_weekends=False, now=NOW)
    assert row_of(cohort, 1, "due").at == rule
    assert "Inspection" in {line.reason.split(": ")[-1] for line in lines(cohort)}


def test_enrolled_dates_are_rows_of_each_learner_from_acceptance(cohort, consultant):
    person = EnrollmentFactory(cohort=cohort, accepted_at=None)
    assert row_of(cohort, 3, "release").at is None
    accepted = datetime(2026, 3, 10, 2, tzinfo=UTC)  # still the 9th in New York
    consent = ConsentFactory(
        user=person.clinician, disclosure__organization=cohort.engagement.organization
    )
    accept(enrollment=person, consent=consent, now=accepted)

    person.refresh_from_db()
    opens = datetime(2026, 3, 10, 4, tzinfo=UTC)
    assert row_of(cohort, 3, "release", enrollment=person).at == opens
    step = module_path(person, opens)[2]
    assert step.opens_at == opens
    assert step.is_open
    assert not module_path(person, opens - timedelta(seconds=1))[2].is_open
    extend(enrollments=[person], modules=[step.module], by_days=2, by=consultant, now=NOW)
    assert {e.due_at for e in person.extensions.all()} == {datetime(2026, 3, 20, 4, tzinfo=UTC)}


def test_open_everything_has_an_undo_and_both_are_logged(cohort, consultant):
    person = EnrollmentFactory(cohort=cohort)
    open_everything(cohort=cohort, by=consultant, now=NOW)
    open_everything(cohort=cohort, by=consultant, now=NOW + HOUR)
    person.refresh_from_db()
    assert all(step.is_open for step in module_path(person, NOW))
    follow_schedule(cohort=cohort, by=consultant, now=NOW + HOUR)
    person = type(person).objects.get(pk=person.pk)
    assert not any(step.is_open for step in module_path(person, NOW + HOUR))
    assert [(line.what, line.old, line.new) for line in lines(cohort)] == [
        (What.OPEN, None, NOW),
        (What.OPEN, NOW, None),
    ]


def test_the_database_refuses_to_change_what_was_written_down(cohort, consultant):
    open_everything(cohort=cohort, by=consultant, now=NOW)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        ScheduleChange.objects.update(reason="otherwise")
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        ScheduleChange.objects.all().delete()


def test_a_group_with_its_own_session_has_its_own_dates(cohort, consultant):
    group = add_group(cohort=cohort, name="Nights", by=consultant)
    person = EnrollmentFactory(cohort=cohort, group=group)
    other = EnrollmentFactory(cohort=cohort)
    for owner, start in ((None, SESSION), (group, SESSION + DAY)):
        plan_slot(
            cohort=cohort,
            key="mid",
            title="Middle",
            group=owner,
            starts_at=start,
            ends_at=start + HOUR,
            by=consultant,
            now=NOW,
        )
    assert module_path(person, NOW)[1].opens_at == SESSION - DAY
    assert module_path(other, NOW)[1].opens_at == SESSION - 2 * DAY


def test_wall_time_of_a_row_survives_the_clock_change(cohort):
    assert row_of(cohort, 1, "due").at_time == time(20)
    assert row_of(cohort, 1, "due").at == datetime(2026, 3, 8, 1, tzinfo=UTC)
