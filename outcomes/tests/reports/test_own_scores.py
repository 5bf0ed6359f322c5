"""Figures in words: rounded, never cut."""

from datetime import UTC, datetime

import pytest

from outcomes.reports.own_scores import OwnValue
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
