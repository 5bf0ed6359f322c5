"""Intervals keep to their axis: no difference in the middle, both sides alike."""

import pytest

from core.charts.bar import NARROW, WIDE
from core.charts.intervals import Interval, interval_drawing, place_of, reach_of

ROWS = (Interval("a", 4.0, 1.0, 7.0, (2.0, 12.0)), Interval("b", -3.0, -6.0, 0.0))


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_everything_lies_where_its_value_lies(width):
    reach = reach_of(ROWS, least=5)
    assert reach == pytest.approx(12.6)
    drawn = interval_drawing(ROWS, reach=reach, ticks=[(0, "0"), (8, "+8")], width=width)
    first, second = drawn.lines
    assert drawn.zero_x == width / 2
    assert first.x1 < first.dot_x < first.x2
    assert first.band_x < first.dot_x < first.band_x + first.band_width <= width
    assert second.x2 == drawn.zero_x > second.dot_x
    assert second.band_x is None
    assert second.y - first.y == second.label_y - first.label_y
    assert second.y < drawn.bottom < drawn.height
    assert [tick.place for tick in drawn.ticks][0] == drawn.zero_x


def test_a_small_change_is_not_blown_up():
    assert reach_of([Interval("a", 0.2, 0.1, 0.3)], least=12.5) == 12.5
    assert place_of(-12.5, 12.5) == 0
    assert place_of(0, 12.5) == 0.5
