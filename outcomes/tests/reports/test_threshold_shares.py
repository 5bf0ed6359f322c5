"""Shares at the mark of a measure: from ten people, to five percent, nobody standing alone."""

from types import SimpleNamespace

import pytest

from outcomes.engine.instruments import Subscale
from outcomes.reports.outcome_shares import threshold_words
from outcomes.reports.threshold_shares import threshold_shares

MARK = {"at_least": 3, "words": "burned out"}
FAMILIES = ["b:share:1", "b:share:2"]


def outcome(before, after, mark=MARK):
    """`before` and `after`: how many of all stand at 3, the others at 2."""
    people = sum(before)

    def values(high):
        return {one: 3.0 if one < high else 2.0 for one in range(people)}

    subscale = Subscale("b", "B", ("1",), "mean", 1, 5, "down", threshold=mark)
    metric = SimpleNamespace(subscale=subscale, before=values(before[0]), after=values(after[0]))
    return SimpleNamespace(metric=metric, members=tuple(range(people)))


def shares(*args, k=10, published=None, **kwargs):
    found = outcome(*args, **kwargs)
    return threshold_shares(found, families=FAMILIES, published=published or {}, k=k)


def test_a_share_before_and_after_with_wilson_intervals_to_five_percent():
    made, rows = shares((9, 11), (6, 14))

    # R: prop.test(9, 20, correct = FALSE) gives .258 to .658; of 6 in 20 .145 to .519.
    assert made["before"] == {"percent": 45, "low": 25, "high": 65}
    assert made["after"] == {"percent": 30, "low": 15, "high": 50}
    assert made["n"] == 20
    assert rows == {family: [frozenset(range(20))] for family in FAMILIES}
    assert threshold_words({"share": made}) == (
        "At 3 or more (“burned out”), of 20 people: 45% before (95% interval 25 to 65%), 30% after"
        " (15 to 50%); to the nearest 5%."
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((2, 18), (6, 14)),  # two would stand alone
        ((9, 11), (18, 2)),
        ((20, 0), (6, 14)),  # who knows one knows all
        ((9, 11), (0, 20)),
        ((4, 5), (3, 6)),  # nine people
    ],
)
def test_nothing_is_said_where_somebody_would_stand_alone(before, after):
    assert shares(before, after) == (None, {})


def test_two_late_answers_do_not_change_what_was_said():
    _made, rows = shares((9, 11), (6, 14))

    assert shares((9, 13), (6, 16), published=rows) == (None, {})


@pytest.mark.parametrize("mark", [{}, MARK | {"verified": False}])
def test_a_measure_without_a_mark_of_its_own_has_no_shares(mark):
    assert shares((9, 11), (6, 14), mark=mark) == (None, {})
