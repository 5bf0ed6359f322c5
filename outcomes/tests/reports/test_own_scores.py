"""Figures in words: rounded, never cut."""

from datetime import UTC, datetime

import pytest

from outcomes.engine.instruments import Subscale
from outcomes.reports.own_scores import OwnLine, OwnValue
from outcomes.reports.points import points, signed

AT = datetime(2026, 9, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "words"), [(11 / 3, "3.7"), (2.25, "2.3"), (4.0, "4.0"), (0.04, "0.0"), (None, "–")]
)
def test_an_own_value_is_rounded_to_one_decimal(value, words):
    assert OwnValue(AT, value).words == words
    assert points(value) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [(5.96, "+6.0"), (-1.69, "−1.7"), (0.04, "0.0"), (-0.04, "0.0"), (None, "–")],
)
def test_a_change_has_its_sign_unless_it_is_none(value, words):
    assert signed(value) == words


def test_sums_of_whole_answers_are_shown_whole_and_have_a_place_on_their_scale():
    def words(method, *values):
        subscale = Subscale("total", "Total", ("a", "b"), method, 10, 60, "up")
        line = OwnLine("Kindness", "", subscale, tuple(OwnValue(AT, value) for value in values))
        return [(one.words, one.place, one.is_last) for one in line.readings]

    assert words("sum", 10, 35) == [("10", 0, False), ("35", 50, True)]
    assert words("sum", 10.5, 35) == [("10.5", 1, False), ("35.0", 50, True)]  # one is filled up
    assert words("mean", 10, None) == [("10.0", 0, False), ("–", None, True)]
