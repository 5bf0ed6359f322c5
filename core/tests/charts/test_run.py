"""Where things lie on a run chart."""

from datetime import date, timedelta

import pytest

from core.charts.bar import NARROW, WIDE
from core.charts.run import Median, RunPoint, Span, nice_top, run_drawing


def months(values, gap=0):
    first = date(2024, 1, 1)
    days = [first + timedelta(days=30 * at + (gap if at >= 2 else 0)) for at in range(len(values))]
    return [
        RunPoint(day, day + timedelta(days=29), value, value < 2)
        for day, value in zip(days, values, strict=True)
    ]


def draw(points, width=WIDE, **fields):
    given = {"medians": [], "spans": [], "breaks": [], "low": 0, "high": 10, "unit": ""} | fields
    return run_drawing(points, width=width, **given)


def test_a_gap_and_a_new_definition_break_the_line():
    whole, gap = draw(months([1, 2, 3, 4])), draw(months([1, 2, 3, 4], gap=30))
    broken = draw(months([1, 2, 3, 4]), breaks=[2])

    assert (len(whole.runs), len(gap.runs), len(broken.runs)) == (1, 2, 2)
    assert len(broken.breaks) == 1


def test_few_cases_are_rings_and_the_scale_starts_at_the_bottom():
    drawing = draw(months([0, 5, 10]))

    assert (len(drawing.dots), len(drawing.rings)) == (2, 1)
    assert drawing.rings[0][1] == drawing.frame.bottom
    assert drawing.dots[1][1] == drawing.frame.top


def test_spans_that_meet_lie_in_lanes_and_those_beyond_are_left_out():
    day = date(2024, 1, 10)
    spans = [
        Span("A", date(2023, 1, 1), day),
        Span("B", day, day + timedelta(days=20)),
        Span("C", date(2030, 1, 1), date(2030, 2, 1)),
    ]
    drawing = draw(months([1, 2, 3]), spans=spans)

    assert [one.name for one in drawing.spans] == ["A", "B"]
    assert drawing.spans[0].y != drawing.spans[1].y
    assert [len(one.edges) for one in drawing.spans] == [1, 2]  # A began before the chart


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_ticks_have_room_for_years_of_points(width):
    drawing = draw(months([5] * 120), width=width, medians=[Median(0, 119, 5, "median 5")])
    places = [tick.place for tick in drawing.frame.x_ticks]

    assert 2 <= len(places) <= 9
    assert min(b - a for a, b in zip(places, places[1:], strict=False)) > 55
    assert drawing.medians[0].x1 == drawing.frame.left


@pytest.mark.parametrize(("value", "top"), [(0, 1), (3.1, 4), (10, 10), (0.07, 0.08), (61, 80)])
def test_the_scale_ends_at_a_round_figure(value, top):
    assert nice_top(value) == pytest.approx(top)


@pytest.mark.parametrize(
    ("values", "is_at_end", "is_above"),
    [
        ([5, 5, 5, 5, 1, 1, 1, 1], True, True),
        ([5, 5, 5, 5, 9, 9, 6, 6], True, False),
        ([1, 1, 1, 1, 1, 6, 5, 5], False, True),
    ],
)
def test_the_words_of_the_median_stand_where_the_line_leaves_room(values, is_at_end, is_above):
    median = draw(months(values), medians=[Median(0, 7, 5, "median 5")]).medians[0]

    assert (median.is_at_end, median.words_y < median.y) == (is_at_end, is_above)
