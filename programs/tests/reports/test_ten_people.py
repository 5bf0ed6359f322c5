"""Every measure of the handbook's report, worked out by hand for ten people: see ten_people.py."""

from datetime import timedelta

import pytest

from programs.models import Enrollment, Item
from programs.public import cohort_progress, cohort_series, record_event
from programs.reports.latest_snapshots import aggregates_at
from programs.reports.table_columns import PEOPLE
from programs.services.snapshots import take_snapshot
from programs.tests.ten_people import REPORTED_AT, ny, write_ten_people

pytestmark = pytest.mark.django_db


@pytest.fixture
def ten(db):
    return write_ten_people()


@pytest.fixture
def report(ten):
    return cohort_progress(cohort=ten.cohort, at=REPORTED_AT)


def by_name(report, field):
    return {row.name: getattr(row, field) for row in report.learners if row.state}


def test_states_and_rates(report):
    assert by_name(report, "state") == {
        "Ana": "completed", "Ben": "completed", "Cy": "on_pace", "Dee": "on_pace",
        "Eli": "behind", "Fay": "lapsed", "Gus": "no_show", "Hal": "withdrawn",
        "Ivy": "no_show", "Jo": "completed",
    }  # fmt: skip
    assert (report.enrolled, report.started, report.current, report.invited) == (10, 8, 9, 1)
    assert report.on_pace_rate == 5 / 9  # 2 on pace and 3 completed of all but Hal
    assert report.completion_rate == 3 / 10
    assert report.completion_rate_of_started == 3 / 8
    assert report.on_time_rate == 2 / 10  # Ben's last due was 29 March
    assert report.dropout_rate == 4 / 10  # Hal, Fay, Gus, Ivy
    assert report.is_to_date
    assert (report.required, report.zone) == (6, "America/New_York")
    assert report.edition.endswith(" 2.1.0")


def test_nobody_is_late_before_they_completed(report):
    on_time = next(column for column in PEOPLE if column.key == "on_time")
    told = {row.name: on_time.value(row) for row in report.learners if row.state}

    assert {name: said for name, said in told.items() if said is not None} == {
        "Ana": True,
        "Ben": False,
        "Jo": True,
    }


def test_progress_of_each_and_of_all(report):
    assert by_name(report, "done") == {
        "Ana": 6, "Ben": 6, "Cy": 5, "Dee": 5, "Eli": 5, "Fay": 3, "Gus": 0, "Hal": 1, "Ivy": 0,
        "Jo": 6,
    }  # fmt: skip
    # Of 100 minutes: Cy and Dee lack read4 (10), Eli sit1 (20), Fay did 10 + 20 + 10.
    weighted = by_name(report, "minutes_progress")
    assert (weighted["Cy"], weighted["Eli"], weighted["Fay"], weighted["Ana"]) == (0.9, 0.8, 0.4, 1)
    expected = by_name(report, "expected")
    assert (expected["Cy"], expected["Dee"]) == (5 / 6, 1)  # Cy's read4 is due on 2 April
    assert report.mean_progress == pytest.approx(36 / 54)  # of the nine current ones
    assert report.mean_expected == pytest.approx(53 / 54)


def test_overdue_and_days_behind(report):
    assert by_name(report, "overdue") == {
        "Ana": 0, "Ben": 0, "Cy": 0, "Dee": 0, "Eli": 1, "Fay": 2, "Gus": 6, "Hal": 4, "Ivy": 6,
        "Jo": 0,
    }  # fmt: skip
    assert by_name(report, "days_behind") == {
        "Ana": 0, "Ben": 0, "Cy": 0, "Dee": 2, "Eli": 23, "Fay": 16, "Gus": 23, "Hal": 23,
        "Ivy": 23, "Jo": 0,
    }  # fmt: skip
    assert report.median_days_behind == 2


def test_attendance(report):
    """Marked: present, excused, absent. Ivy's mark of before and Jo's session of after are out."""
    counts = {name: tuple(counted)[:4] for name, counted in by_name(report, "attendance").items()}
    assert counts == {
        "Ana": (2, 0, 0, 0), "Ben": (1, 0, 1, 0), "Cy": (0, 1, 1, 0), "Dee": (1, 0, 0, 1),
        "Eli": (2, 0, 0, 0), "Fay": (0, 0, 2, 0), "Gus": (0, 0, 2, 0), "Hal": (0, 0, 0, 0),
        "Ivy": (0, 0, 0, 1), "Jo": (1, 0, 0, 0),
    }  # fmt: skip
    assert report.attendance.rate == 7 / 14
    assert report.attendance.commitment == 8 / 14
    assert report.attendance.unmarked == 2
    best = {name: one.best_possible for name, one in by_name(report, "attendance").items()}
    assert (best["Dee"], best["Cy"], best["Ivy"], best["Hal"]) == (1, 0, 1, None)
    assert [tuple(slot.attendance)[:4] for slot in report.slots] == [
        (4, 1, 3, 0),  # mid
        (2, 0, 2, 1),  # close, North
        (1, 0, 1, 1),  # close, South
    ]


def test_the_boundaries_are_inclusive(ten):
    """A second before: Fay is behind, not lapsed, and Ivy is only behind with six overdue."""
    before = cohort_progress(cohort=ten.cohort, at=REPORTED_AT - timedelta(seconds=1))
    states = by_name(before, "state")
    assert (states["Fay"], states["Ivy"]) == ("behind", "behind")
    # Dee's grace ends on 1 April at 15:00.
    last = ny(1, 15, month=4)
    for at, state in ((last - timedelta(seconds=1), "on_pace"), (last, "behind")):
        assert by_name(cohort_progress(cohort=ten.cohort, at=at), "state")["Dee"] == state


def test_the_weeks(ten):
    weeks = cohort_series(cohort=ten.cohort, at=REPORTED_AT).weeks

    # Jo's step of 9 March at 00:00 is of week two; Eli was active in week three by coming.
    assert [(week.active, week.current_at_start) for week in weeks] == [
        (9, 10), (6, 10), (7, 8), (3, 8), (1, 9)
    ]  # fmt: skip
    # At the end of week two Lou has gone: Hal withdrawn, Gus not started, Eli behind, six on pace.
    assert weeks[1].states == {
        "completed": 0, "on_pace": 6, "behind": 1, "lapsed": 0, "no_show": 1, "withdrawn": 1
    }  # fmt: skip
    assert weeks[4].states == cohort_progress(cohort=ten.cohort, at=REPORTED_AT).states
    assert (weeks[4].is_over, weeks[4].at) == (False, REPORTED_AT)


def test_adherence(ten):
    """Twenty minutes each for ten people in weeks one and two.

    Week one: 20 + 20 + 15 + 20 + 10 + 20 = 105 of 200, Ben's 20 told. Week two: six times 20 of 200,
    since Eli's 40 count as 20.
    """
    series = cohort_series(cohort=ten.cohort, at=REPORTED_AT)
    first, second, third = (week.adherence for week in series.weeks[:3])

    assert (first.rate, first.timer_rate, first.told_rate) == (0.525, 0.425, 0.1)
    assert (first.lower_quartile, first.median, first.upper_quartile) == (0, 0.625, 1)
    assert (second.rate, second.told) == (0.6, 40)
    assert third.rate is None
    assert series.adherence.rate == 225 / 400


def test_survival(ten):
    """Followed to 18 March, day 16. Gus left on day 0, Hal on day 3, Fay on day 16; Ivy is too new."""
    curve = cohort_series(cohort=ten.cohort, at=REPORTED_AT).survival

    assert (curve.people, curve.ends_on_day, curve.hidden_from_day) == (9, 16, 17)
    assert [step[:3] for step in curve.steps] == [(0, 9, 1), (3, 8, 1), (16, 7, 1)]
    assert [step.share for step in curve.steps] == pytest.approx([8 / 9, 7 / 9, 6 / 9])


def test_the_past_is_found_again(ten):
    """On 20 March at noon Gus's wrong step was known and not yet taken back, Kim not yet void."""
    then = ny(20, 12)
    old = cohort_progress(cohort=ten.cohort, at=then, known_at=then)

    assert by_name(old, "state")["Gus"] == "behind"
    assert by_name(cohort_progress(cohort=ten.cohort, at=then), "state")["Gus"] == "no_show"
    assert "Kim" not in by_name(old, "state")  # void since that morning
    assert "Kim" in by_name(cohort_progress(cohort=ten.cohort, at=then, known_at=ny(19)), "state")


def test_a_snapshot_equals_recomputation(ten):
    """Taken while Gus's wrong step stood; Cy's practice of the 5th is entered ten days later."""
    at, taken_at = ny(20, 10), ny(20, 12)
    snapshot = take_snapshot(cohort=ten.cohort, at=at, now=taken_at)
    record_event(
        enrollment=ten.people["Cy"],
        item=Item.objects.get(key="sit1", module__version=ten.cohort.version),
        kind="practiced",
        occurred_at=ny(5),
        key="late",
        payload={"minutes": 5},
        now=ny(15, month=4),
    )

    again = aggregates_at(cohort=ten.cohort, at=at, known_at=taken_at)
    today = aggregates_at(cohort=ten.cohort, at=at, known_at=ny(16, month=4))

    assert again == snapshot.aggregates
    assert again["states"]["no_show"] == 0
    assert today["states"]["no_show"] == 1
    # 85 minutes by the timer and 20 told, and five more now.
    assert [found["weeks"][0]["adherence"]["capped"] for found in (again, today)] == [105, 110]


def test_the_transferred_take_what_they_did_along(ten):
    moved = Enrollment.objects.get(clinician__name="Lou", transferred_out_at=None)
    assert moved.cohort != ten.cohort
    assert moved.state == "active"
    assert not moved.events.exists()  # of another program
