from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from programs.models import AttendanceRecord, Extension, Item, ProgressEvent
from programs.reports.attendance import Attendance
from programs.reports.cohort_progress import cohort_progress
from programs.services.schedules import refresh_schedule
from programs.tests.factories import (
    CohortFactory,
    EnrollmentFactory,
    ItemFactory,
    LiveSlotFactory,
    ModuleFactory,
    ProgramVersionFactory,
)

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 2, tzinfo=UTC)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
DUE = START + 7 * DAY


@pytest.fixture
def cohort():
    """Two modules due a week and two weeks after the start; grace 3 days, lapse 14."""
    version = ProgramVersionFactory(modules=0)
    for week in (1, 2):
        module = ModuleFactory(
            version=version,
            items=0,
            due={"anchor": "cohort_start", "offset": f"P{7 * week}D"},
        )
        ItemFactory(module=module)
        ItemFactory(module=module, required=False)
    made = CohortFactory(
        version=version,
        starts_on=date(2026, 3, 2),
        ends_on=date(2026, 5, 1),
        time_zone="UTC",
    )
    refresh_schedule(cohort=made)
    return made


@pytest.fixture
def required(cohort):
    return list(
        Item.objects.filter(module__version=cohort.version, required=True).order_by(
            "module__position"
        )
    )


def enroll(cohort, **fields):
    return EnrollmentFactory(
        cohort=cohort, **({"invited_at": START - DAY, "accepted_at": START} | fields)
    )


def event(enrollment, item=None, kind="item_completed", at=START + DAY, **fields):
    return ProgressEvent.objects.create(
        enrollment=enrollment,
        item=item,
        kind=kind,
        occurred_at=at,
        recorded_at=fields.pop("recorded_at", at),
        key=uuid4(),
        **fields,
    )


def states(cohort, at, **options):
    counted = cohort_progress(cohort=cohort, at=at, **options).states
    return {state: count for state, count in counted.items() if count}


def test_each_state_is_counted_once(cohort, required):
    at = START + 30 * DAY
    completed = enroll(cohort)
    event(completed, kind="program_completed", at=at - DAY)
    enroll(cohort, withdrawn_at=at - DAY)
    enroll(cohort)  # no event
    lapsed = enroll(cohort)
    event(lapsed, required[0])
    behind = enroll(cohort)
    event(behind, required[0], at=at - DAY)
    on_pace = enroll(cohort)
    for item in required:
        event(on_pace, item)

    progress = cohort_progress(cohort=cohort, at=at)

    assert progress.states == dict.fromkeys(progress.states, 1)
    assert progress.enrolled == 6


def test_overdue_begins_exactly_with_the_grace(cohort, required):
    event(enroll(cohort), kind="practiced", at=DUE)

    assert states(cohort, DUE + 3 * DAY - SECOND) == {"on_pace": 1}
    assert states(cohort, DUE + 3 * DAY) == {"behind": 1}


def test_lapsed_begins_exactly_after_fourteen_days(cohort):
    event(enroll(cohort), kind="practiced", at=DUE)

    assert states(cohort, DUE + 14 * DAY - SECOND) == {"behind": 1}
    assert states(cohort, DUE + 14 * DAY) == {"lapsed": 1}


def test_no_show_counts_from_the_later_of_start_and_acceptance(cohort):
    enroll(cohort, accepted_at=START - 5 * DAY)
    enroll(cohort, accepted_at=START + 2 * DAY)

    assert states(cohort, START + 7 * DAY) == {"no_show": 1, "on_pace": 1}
    assert states(cohort, START + 9 * DAY) == {"no_show": 2}


def test_an_item_ahead_never_pays_for_one_overdue(cohort, required):
    event(enroll(cohort), required[1])

    assert states(cohort, DUE + 3 * DAY) == {"behind": 1}


def test_an_extension_moves_one_persons_due_date(cohort, required):
    late, other = enroll(cohort), enroll(cohort)
    for person in (late, other):
        event(person, kind="practiced", at=DUE)
    Extension.objects.create(enrollment=late, item=required[0], due_at=DUE + 2 * DAY)

    assert states(cohort, DUE + 4 * DAY) == {"on_pace": 1, "behind": 1}
    assert states(cohort, DUE + 5 * DAY) == {"behind": 2}


def test_an_extension_never_makes_a_date_earlier(cohort, required):
    person = enroll(cohort)
    event(person, kind="practiced", at=DUE)
    Extension.objects.create(enrollment=person, item=required[0], due_at=DUE - 5 * DAY)

    assert states(cohort, DUE) == {"on_pace": 1}


def test_void_and_transferred_people_leave_the_enrolled(cohort):
    enroll(cohort, voided_at=START + DAY)
    enroll(cohort, transferred_out_at=START + 3 * DAY)
    enroll(cohort, accepted_at=None)

    early = cohort_progress(cohort=cohort, at=START + 2 * DAY)
    late = cohort_progress(cohort=cohort, at=START + 3 * DAY)

    assert (early.enrolled, early.invited) == (1, 1)
    assert (late.enrolled, late.invited) == (0, 1)


def test_a_voided_event_counts_for_nothing(cohort, required):
    person, other = enroll(cohort), enroll(cohort)
    wrong = event(person, required[0], at=START + DAY)
    event(other, required[0])
    void = event(person, kind="voided", at=START + 2 * DAY, voids=wrong, reason="other person")

    now = cohort_progress(cohort=cohort, at=START + 9 * DAY)
    before = cohort_progress(cohort=cohort, at=START + 9 * DAY, known_at=void.recorded_at - SECOND)

    assert sorted(row.done for row in now.learners) == [0, 1]
    assert now.states["no_show"] == 1
    assert sorted(row.done for row in before.learners) == [1, 1]


def test_an_old_report_is_found_again_after_backdated_entries(cohort, required):
    person = enroll(cohort)
    at = START + 8 * DAY
    before = cohort_progress(cohort=cohort, at=at)
    event(person, required[0], at=START + 3 * DAY, recorded_at=START + 20 * DAY)

    assert cohort_progress(cohort=cohort, at=at, known_at=at) == before
    assert cohort_progress(cohort=cohort, at=at).started == 1


def test_modules_count_those_who_did_all_that_is_required(cohort, required):
    for items in (required, required[:1], []):
        person = enroll(cohort)
        for item in items:
            event(person, item)

    progress = cohort_progress(cohort=cohort, at=START + 5 * DAY)

    assert [module.completed for module in progress.modules] == [2, 1]
    assert progress.modules[0].due_at == DUE
    assert progress.started == 2


def test_a_row_says_what_is_done_overdue_and_next(cohort, required):
    event(enroll(cohort), required[1], at=START + DAY)

    (row,) = cohort_progress(cohort=cohort, at=DUE + 4 * DAY).learners

    assert (row.done, row.required, row.overdue, row.days_behind) == (1, 2, 1, 4)
    assert row.next_due_at is None
    (row,) = cohort_progress(cohort=cohort, at=DUE - DAY).learners
    assert (row.overdue, row.days_behind, row.next_due_at) == (0, 0, DUE)


def test_attendance_leaves_out_cancelled_and_later_sessions(cohort):
    present, unmarked = enroll(cohort), enroll(cohort)
    enroll(cohort, accepted_at=START + 4 * DAY)  # came after the session
    held = LiveSlotFactory(cohort=cohort, starts_at=START + 2 * DAY, key="start")
    cancelled = LiveSlotFactory(
        cohort=cohort, starts_at=START + 3 * DAY, key="mid", state="cancelled"
    )
    LiveSlotFactory(cohort=cohort, starts_at=START + 30 * DAY, key="close")
    for slot in (held, cancelled):
        mark(present, slot, "present")
    corrected = mark(unmarked, held, "absent")
    corrected.superseded_at = START + 3 * DAY
    corrected.save()
    mark(unmarked, held, "excused")

    progress = cohort_progress(cohort=cohort, at=START + 6 * DAY)

    assert progress.attendance == Attendance(present=1, excused=1, ahead=3)
    assert [slot.key for slot in progress.slots] == ["start"]
    assert progress.attendance.held == 2


def test_a_session_of_another_group_is_not_missed(cohort):
    north = cohort.groups.create(name="North")
    south = cohort.groups.create(name="South")
    enroll(cohort, group=north)
    enroll(cohort, group=south)
    LiveSlotFactory(cohort=cohort, group=north, starts_at=START + DAY)

    progress = cohort_progress(cohort=cohort, at=START + 3 * DAY)

    assert progress.attendance == Attendance(unmarked=1)


def mark(enrollment, slot, status):
    return AttendanceRecord.objects.create(
        enrollment=enrollment, slot=slot, status=status, recorded_at=slot.ends_at
    )


def test_queries_do_not_grow_and_stay_within_eight(cohort, required, count_queries):
    def queries() -> int:
        with count_queries() as captured:
            cohort_progress(cohort=cohort, at=START + 20 * DAY)
        return len(captured)

    people = [enroll(cohort) for _ in range(2)]
    few = queries()
    people += [enroll(cohort) for _ in range(15)]
    for person in people:
        for item in required:
            event(person, item)
    many = queries()
    event(people[0], kind="voided", voids=ProgressEvent.objects.first())

    assert many == few
    assert queries() <= 8


histories = st.lists(
    st.fixed_dictionaries(
        {
            "accepted": st.integers(-3, 12),
            "withdrawn": st.none() | st.integers(0, 40),
            "transferred": st.none() | st.integers(0, 40),
            "void": st.booleans(),
            "events": st.lists(
                st.tuples(st.sampled_from(["done0", "done1", "practiced", "program_completed"]),
                          st.integers(0, 40)),
                max_size=4,
            ),
            "voids": st.integers(0, 2),
            "extension": st.none() | st.integers(1, 40),
        }
    ),
    max_size=5,
)  # fmt: skip


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(histories=histories, day=st.integers(0, 45))
def test_states_always_sum_to_enrolled(cohort, required, histories, day):
    before = cohort_progress(cohort=cohort, at=START + day * DAY).enrolled
    expected = 0
    at = START + day * DAY
    for history in histories:
        accepted = START + history["accepted"] * DAY
        gone = history["transferred"]
        person = enroll(
            cohort,
            accepted_at=accepted,
            withdrawn_at=None
            if history["withdrawn"] is None
            else START + history["withdrawn"] * DAY,
            transferred_out_at=None if gone is None else START + gone * DAY,
            voided_at=START if history["void"] else None,
        )
        written = [
            event(
                person,
                required[int(kind[-1])] if kind.startswith("done") else None,
                kind="item_completed" if kind.startswith("done") else kind,
                at=START + when * DAY,
            )
            for kind, when in history["events"]
        ]
        for wrong in written[: history["voids"]]:
            event(person, kind="voided", at=at, voids=wrong)
        if history["extension"]:
            Extension.objects.create(
                enrollment=person, item=required[0], due_at=DUE + history["extension"] * DAY
            )
        expected += (
            accepted <= at and not history["void"] and (gone is None or START + gone * DAY > at)
        )

    progress = cohort_progress(cohort=cohort, at=at)

    assert progress.enrolled == before + expected
    assert sum(progress.states.values()) == progress.enrolled
    assert all(0 <= module.completed <= progress.enrolled for module in progress.modules)
    for row in progress.learners:
        if row.state in ("behind", "lapsed"):
            assert row.overdue
        if row.state == "on_pace":
            assert not row.overdue
