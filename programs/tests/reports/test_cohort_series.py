"""Week by week: each row is what the report of that instant says."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from programs.models import (
    Extension,
    Item,
    ItemSuccession,
    PracticeTrackChoice,
    ProgressEvent,
    ScheduleRow,
)
from programs.reports.cohort_progress import cohort_progress
from programs.reports.cohort_series import cohort_series
from programs.services.schedules import refresh_schedule
from programs.tests.factories import (
    CohortFactory,
    EnrollmentFactory,
    ItemFactory,
    ModuleFactory,
    ProgramVersionFactory,
)
from programs.tests.kinds import BODIES

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 2, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def cohort():
    """Three weeks, each with a reading due after it and twenty assigned minutes."""
    version = ProgramVersionFactory(modules=0)
    for week in range(3):
        module = ModuleFactory(
            version=version,
            items=0,
            release={"anchor": "cohort_start", "offset": f"P{7 * week}D"},
            due={"anchor": "cohort_start", "offset": f"P{7 * week + 7}D"},
        )
        ItemFactory(module=module)
        ItemFactory(
            module=module,
            kind=Item.Kind.PRACTICE,
            body=BODIES[Item.Kind.PRACTICE],
            minutes=5,
            sittings=4,
        )
    made = CohortFactory(
        version=version,
        starts_on=date(2026, 3, 2),
        ends_on=date(2026, 4, 19),
        time_zone="UTC",
        lapse_days=7,
    )
    refresh_schedule(cohort=made)
    return made


@pytest.fixture
def items(cohort):
    return list(Item.objects.filter(module__version=cohort.version, required=True))


def enroll(cohort, **fields):
    return EnrollmentFactory(
        cohort=cohort, **({"invited_at": START - DAY, "accepted_at": START - DAY} | fields)
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


def sit(enrollment, day, minutes, counted_by="timer"):
    payload = {"minutes": minutes, "counted_by": counted_by}
    return event(enrollment, kind="practiced", at=START + day * DAY, payload=payload)


def test_active_rate_divides_by_those_in_at_the_start_of_the_week(cohort):
    early, gone, late = enroll(cohort), enroll(cohort), enroll(cohort, accepted_at=START + 9 * DAY)
    enroll(cohort, voided_at=START + DAY)
    moved = enroll(cohort, transferred_out_at=START + 8 * DAY)
    for person in (early, gone, moved):
        event(person, kind="submitted", at=START + DAY)
    event(early, kind="voided", at=START + 8 * DAY)  # no activity of theirs
    event(late, kind="submitted", at=START + 10 * DAY)
    event(early, kind="submitted", at=START + 14 * DAY)  # the first instant of week three
    gone.withdrawn_at = START + 8 * DAY
    gone.save()

    weeks = cohort_series(cohort=cohort, at=START + 15 * DAY).weeks

    assert [(week.active, week.current_at_start) for week in weeks] == [(3, 3), (1, 3), (1, 2)]
    assert [week.active_rate for week in weeks] == [1, pytest.approx(1 / 3), 0.5]
    assert [week.is_over for week in weeks] == [True, True, False]


def test_adherence_caps_each_week_and_follows_who_counted(cohort):
    steady, once = enroll(cohort), enroll(cohort)
    sit(steady, 1, 10)
    sit(steady, 2, 20, "manual")
    sit(once, 8, 90, "manual")

    series = cohort_series(cohort=cohort, at=START + 15 * DAY)
    first, second, _running = (week.adherence for week in series.weeks)

    assert (first.capped, first.assigned) == (20, 40)
    assert (first.timer, first.told) == (10, 20)
    assert (first.timer_rate, first.told_rate) == (0.25, 0.25)
    assert (second.capped, second.assigned) == (20, 40)
    assert first.median == second.median == 0.5
    assert series.adherence.rate == 0.5


def test_home_practice_follows_the_track(cohort, items):
    Item.objects.filter(kind=Item.Kind.PRACTICE).update(
        home={"days": 6, "full": 45, "short": 20}, required=False
    )
    short, full = enroll(cohort), enroll(cohort)
    PracticeTrackChoice.objects.create(enrollment=full, track="full", chosen_at=START + 8 * DAY)
    sit(short, 1, 60)

    weeks = cohort_series(cohort=cohort, at=START + 15 * DAY).weeks

    assert [week.adherence.assigned for week in weeks] == [240, 390, 390]
    assert weeks[0].adherence.capped == 60


def test_survival_stops_at_the_lapse_and_counts_who_left(cohort, items):
    """Ten people, report on day 20, lapse 7: followed to day 13."""
    people = [enroll(cohort) for _ in range(10)]
    for person in people[:9]:
        event(person, kind="submitted", at=START + 2 * DAY)
    for person in people[3:9]:
        for item in items:
            event(person, item, at=START + 13 * DAY)
    event(people[8], kind="program_completed", at=START + 13 * DAY)
    people[2].withdrawn_at = START + 19 * DAY
    people[2].save()
    event(people[2], kind="submitted", at=START + 18 * DAY)  # too late to be counted as leaving

    curve = cohort_series(cohort=cohort, at=START + 20 * DAY).survival

    assert cohort_progress(cohort=cohort, at=START + 20 * DAY).states == {
        "completed": 1, "on_pace": 5, "behind": 0, "lapsed": 2, "no_show": 1, "withdrawn": 1
    }  # fmt: skip
    assert [step[:3] for step in curve.steps] == [(0, 10, 1), (2, 9, 2)]
    assert [step.share for step in curve.steps] == pytest.approx([0.9, 0.7])
    assert curve.ends_on_day == 13


def test_queries_do_not_grow(cohort, items, count_queries):
    def queries() -> int:
        with count_queries() as captured:
            cohort_series(cohort=cohort, at=START + 30 * DAY)
        return len(captured)

    person = enroll(cohort)
    few = queries()
    for _ in range(8):
        other = enroll(cohort)
        for item in items:
            event(other, item)
        sit(other, 3, 10)
    many = queries()
    event(person, kind="voided", voids=ProgressEvent.objects.first())

    assert many == few
    assert queries() <= 12


def test_dates_of_ones_own_come_before_those_of_the_cohort(cohort, items):
    """Joined on day 10 with the first module due on day 17; her twenty minutes are of week two."""
    person = enroll(cohort, accepted_at=START + 6 * DAY)
    other = enroll(cohort, accepted_at=START + 6 * DAY)
    first = items[0].module
    for kind, day in (("due", 17), ("release", 10)):
        ScheduleRow.objects.create(
            cohort=cohort, enrollment=person, module=first, kind=kind, anchor="enrolled",
            at=START + day * DAY,
        )  # fmt: skip
    for one in (person, other):
        event(one, kind="submitted", at=START + 9 * DAY)
    at = START + 11 * DAY

    rows = cohort_progress(cohort=cohort, at=at).learners
    weeks = cohort_series(cohort=cohort, at=at).weeks

    assert {row.enrollment_id: row.overdue for row in rows} == {
        person.public_id: 0, other.public_id: 2
    }  # fmt: skip
    # Of both, in at the start of week two: the second module, and for her the first one too.
    assert weeks[1].adherence.assigned == 20 + 20 + 20
    assert weeks[1].states["on_pace"] == weeks[1].states["behind"] == 1


def test_what_was_done_of_an_earlier_edition_counts_for_what_took_its_place(cohort, items):
    person = enroll(cohort)
    before = ItemFactory()
    ItemSuccession.objects.create(cohort=cohort, before=before, item=items[0])
    event(person, before, at=START + 3 * DAY)

    (row,) = cohort_progress(cohort=cohort, at=START + 12 * DAY).learners
    weeks = cohort_series(cohort=cohort, at=START + 12 * DAY).weeks

    assert (row.done, row.overdue) == (1, 1)
    assert weeks[0].progress == pytest.approx(1 / 6)


kinds = st.sampled_from(["done0", "done1", "done2", "practiced", "program_completed"])
histories = st.lists(
    st.fixed_dictionaries(
        {
            "accepted": st.integers(-3, 20),
            "withdrawn": st.none() | st.integers(0, 40),
            "transferred": st.none() | st.integers(0, 40),
            "void": st.booleans(),
            "events": st.lists(st.tuples(kinds, st.integers(0, 45)), max_size=5),
            "voids": st.integers(0, 1),
            "extension": st.none() | st.integers(8, 40),
        }
    ),
    min_size=1,
    max_size=4,
)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(histories=histories, day=st.integers(0, 50))
def test_each_week_is_the_report_of_its_instant(cohort, items, histories, day):
    for history in histories:
        _write(cohort, items, history)

    series = cohort_series(cohort=cohort, at=START + day * DAY)

    for week in series.weeks:
        then = cohort_progress(cohort=cohort, at=week.at)
        assert (week.enrolled, week.states) == (then.enrolled, then.states)
        assert week.progress == pytest.approx(then.mean_progress)
        assert week.expected == pytest.approx(then.mean_expected)
        assert sum(week.states.values()) == week.enrolled


def _write(cohort, items, history):
    def when(name):
        return None if history[name] is None else START + history[name] * DAY

    person = enroll(
        cohort,
        accepted_at=START + history["accepted"] * DAY,
        withdrawn_at=when("withdrawn"),
        transferred_out_at=when("transferred"),
        voided_at=START if history["void"] else None,
    )
    written = [
        event(
            person,
            items[int(kind[-1])] if kind.startswith("done") else None,
            kind="item_completed" if kind.startswith("done") else kind,
            at=START + at * DAY,
        )
        for kind, at in history["events"]
    ]
    for wrong in written[: history["voids"]]:
        event(person, kind="voided", voids=wrong)
    if history["extension"]:
        due = START + history["extension"] * DAY
        Extension.objects.create(enrollment=person, item=items[0], due_at=due)
