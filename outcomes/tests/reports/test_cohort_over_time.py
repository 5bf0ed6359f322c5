"""What of a cohort's course its organization sees: whole weeks, of enough people."""

import copy

import pytest

from outcomes.reports.cohort import state_words
from outcomes.reports.cohort_over_time import over_time

WEEK = {
    "number": 1,
    "is_over": True,
    "enrolled": 12,
    "states": {
        "completed": 1, "on_pace": 7, "behind": 2, "lapsed": 0, "no_show": 1, "withdrawn": 1
    },
    "progress": 0.25,
    "expected": 0.2,
    "active": 9,
    "current_at_start": 10,
    "adherence": {"people": 6, "rate": 0.5},
}  # fmt: skip


def course(*changes, threshold=5):
    weeks = [copy.deepcopy(WEEK) | {"number": place + 1} | change for place, change in
             enumerate(changes)]  # fmt: skip
    return over_time(weeks=weeks, words=state_words(), threshold=threshold)


def test_a_week_that_runs_and_one_of_too_few_are_not_shown():
    shown = course({}, {"enrolled": 4}, {"is_over": False})

    assert [week.number for week in shown.weeks] == [1]
    assert not shown  # one point is no course


def test_shares_have_enough_people_behind_them_each_by_itself():
    shown = course({"current_at_start": 4}, {"adherence": {"people": 4, "rate": 0.9}}, {})

    assert [week.active for week in shown.weeks] == [None, 0.9, 0.9]
    assert [week.practice for week in shown.weeks] == [0.5, None, 0.5]
    assert shown.weeks[0].done == 0.25


@pytest.mark.parametrize(("threshold", "weeks"), [(12, 2), (13, 0)])
def test_the_contract_may_ask_for_more_people(threshold, weeks):
    assert len(course({}, {}, threshold=threshold).weeks) == weeks


def test_the_table_holds_what_the_charts_draw():
    shown = course({}, {})
    rows = {(part, measure): value for part, measure, value, _of in shown.rows()}

    assert rows["week 2", "on pace"] == shown.states[1][1]["value"] == 7
    assert rows["week 1", "share active"] == 0.9
    assert [line["values"] for line in shown.activity] == [[0.9, 0.9], [0.5, 0.5]]
