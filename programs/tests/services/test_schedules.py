from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from accounts.tests.factories import UserFactory
from programs.models import Extension, ItemState, ScheduleRow
from programs.services.cohorts import create_cohort, edit_cohort
from programs.services.live_slots import cancel_slot, move_slot, plan_slot
from programs.services.schedules import edit_date, extend, refresh_schedule
from programs.tests.factories import (
    EngagementFactory,
    EnrollmentFactory,
    ModuleFactory,
    ProgramVersionFactory,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 2, 1, tzinfo=UTC)
DAY = timedelta(days=1)
SESSION = datetime(2026, 3, 16, 17, tzinfo=UTC)  # 13:00 in New York, summer time


@pytest.fixture
def consultant():
    return UserFactory(practice_role="consultant")


@pytest.fixture
def cohort(consultant):
    """Starts on 2 March 2026 in New York; clocks change on the 8th."""
    version = ProgramVersionFactory(modules=0)
    ModuleFactory(version=version, due={"anchor": "cohort_start", "offset": "P7D", "at": "20:00"})
    ModuleFactory(
        version=version,
        release={"anchor": "session:mid", "offset": "-P2D"},
        due={"anchor": "session:mid", "offset": "P7D", "at": "20:00"},
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


def dates(cohort) -> list:
    rows = cohort.schedule.filter(group=None).order_by("module__position", "-kind")
    return [row.at for row in rows]


def plan(cohort, starts_at=SESSION, **fields):
    return plan_slot(
        cohort=cohort,
        key="mid",
        title="Middle",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        by=None,
        **fields,
    )


def test_a_new_cohort_has_all_rows_and_no_date_before_its_session_is_planned(cohort):
    assert dates(cohort) == [
        datetime(2026, 3, 2, 5, tzinfo=UTC),
        datetime(2026, 3, 10, 0, tzinfo=UTC),  # 9 March 20:00, after the clock change
        None,
        None,
    ]


def test_planning_and_moving_a_session_moves_what_hangs_on_it(cohort):
    slot = plan(cohort)
    assert dates(cohort)[2:] == [SESSION - 2 * DAY, datetime(2026, 3, 24, 0, tzinfo=UTC)]

    move_slot(
        slot=slot, starts_at=SESSION + DAY, ends_at=SESSION + DAY + timedelta(hours=2), by=None
    )

    assert dates(cohort)[2:] == [SESSION - DAY, datetime(2026, 3, 25, 0, tzinfo=UTC)]
    assert dates(cohort)[0] == datetime(2026, 3, 2, 5, tzinfo=UTC)


def test_a_date_set_by_hand_stays(cohort, consultant):
    slot = plan(cohort)
    row = cohort.schedule.get(module__position=2, kind="due")
    edit_date(row=row, at=SESSION + 20 * DAY, by=consultant, reason="conference week")

    move_slot(slot=slot, starts_at=SESSION + DAY, ends_at=SESSION + 2 * DAY, by=None)
    edit_cohort(cohort=cohort, by=consultant, starts_on=date(2026, 3, 3))

    assert dates(cohort)[2:] == [SESSION - DAY, SESSION + 20 * DAY]
    assert dates(cohort)[0] == datetime(2026, 3, 3, 5, tzinfo=UTC)


def test_a_date_by_hand_needs_a_reason(cohort, consultant):
    with pytest.raises(ValidationError) as refusal:
        edit_date(row=cohort.schedule.first(), at=SESSION, by=consultant, reason=" ")

    assert refusal.value.code == "reason_missing"


def test_a_cancelled_session_takes_due_dates_back_and_no_opening(cohort):
    slot = plan(cohort)
    cancel_slot(slot=slot, by=None, now=slot.starts_at)

    assert dates(cohort)[2:] == [SESSION - 2 * DAY, None]
    again = plan(cohort, starts_at=SESSION + 7 * DAY)
    assert again.pk == slot.pk
    assert dates(cohort)[2] == SESSION + 5 * DAY


def test_a_group_with_its_own_session_has_its_own_dates(cohort):
    group = cohort.groups.create(name="North")
    plan(cohort)
    plan(cohort, starts_at=SESSION + 3 * DAY, group=group)

    own = ScheduleRow.objects.filter(cohort=cohort, group=group).order_by("-kind")
    assert [row.at for row in own] == [SESSION + DAY, datetime(2026, 3, 27, 0, tzinfo=UTC)]
    assert dates(cohort)[2] == SESSION - 2 * DAY


def test_refreshing_again_changes_nothing(cohort):
    plan(cohort)

    assert refresh_schedule(cohort=cohort) == 0


def test_an_extension_moves_undone_required_items_of_a_module(cohort, consultant):
    person = EnrollmentFactory(cohort=cohort)
    module = cohort.version.modules.get(position=1)
    done, undone = module.items.order_by("position")
    ItemState.objects.create(enrollment=person, item=done, done_at=NOW)

    count = extend(enrollments=[person], modules=[module], by_days=3, by=consultant, now=NOW)

    assert count == 1
    # 12 March 20:00 in New York.
    assert Extension.objects.get().item == undone
    assert Extension.objects.get().due_at == datetime(2026, 3, 13, 0, tzinfo=UTC)


def test_a_second_extension_counts_from_the_first_and_a_late_one_from_now(cohort, consultant):
    person = EnrollmentFactory(cohort=cohort)
    module = cohort.version.modules.get(position=1)
    for _ in range(2):
        extend(enrollments=[person], modules=[module], by_days=3, by=consultant, now=NOW)
    assert last_due() == datetime(2026, 3, 16, 0, tzinfo=UTC)

    late = datetime(2026, 4, 1, 12, tzinfo=UTC)
    extend(enrollments=[person], modules=[module], by_days=3, by=consultant, now=late)
    assert last_due() == late + 3 * DAY
    assert Extension.objects.filter(item=module.items.first()).count() == 3  # each is kept


def test_an_extension_of_chosen_items_may_count_from_their_due_date(cohort, consultant):
    person = EnrollmentFactory(cohort=cohort)
    item, other = cohort.version.modules.get(position=1).items.order_by("position")
    late = datetime(2026, 4, 1, 12, tzinfo=UTC)

    extend(enrollments=[person], items=[item], by_days=3, by=consultant, from_due=True, now=late)

    assert person.extensions.get().item == item != other
    assert last_due() == datetime(2026, 3, 13, 0, tzinfo=UTC)


def last_due():
    return Extension.objects.latest("due_at").due_at


@pytest.mark.parametrize("days", [0, -1, 366])
def test_an_extension_has_bounds(cohort, consultant, days):
    with pytest.raises(ValidationError) as refusal:
        extend(enrollments=[], modules=[], by_days=days, by=consultant, now=NOW)

    assert refusal.value.code == "invalid_days"
