"""Geometry over weeks: nothing leaves the drawing, order is kept, gaps stay gaps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.charts.bar import NARROW, WIDE, Part
from core.charts.weeks import LABEL_APART, Series, falling_steps, week_lines, week_stacks

widths = st.sampled_from([NARROW, WIDE])
TONES = ("s1", "s2", "s3", "s4")
shares = st.one_of(st.none(), st.floats(0, 100))


@st.composite
def series(draw):
    weeks = draw(st.integers(1, 30))
    return [
        Series(f"a series {tone}", tone, tuple(draw(st.lists(shares, min_size=weeks, max_size=weeks))))
        for tone in TONES[: draw(st.integers(1, 4))]
    ]  # fmt: skip


@given(series(), widths)
def test_lines_stay_in_their_frame_and_their_names_apart(lines, width):
    labels = [str(week) for week in range(1, len(lines[0].values) + 1)]
    drawing = week_lines(lines, labels=labels, full=100, unit="%", width=width)
    frame = drawing.frame

    for given_line, line in zip(lines, drawing.lines, strict=True):
        assert len(line.markers) == sum(value is not None for value in given_line.values)
        for x, y in line.markers:
            assert frame.left <= x <= frame.right
            assert frame.top <= y <= frame.bottom
    ends = sorted(line.label_y for line in drawing.lines)
    assert all(b - a >= LABEL_APART - 0.02 for a, b in zip(ends, ends[1:], strict=False))
    assert all(0 <= y <= frame.height for y in ends)


def test_more_is_higher_and_a_gap_parts_the_line():
    line = Series("Done", "s1", (0.0, 50.0, None, 75.0, 100.0))
    (drawn,) = week_lines([line], labels=list("12345"), full=100, unit="%", width=WIDE).lines
    heights = [y for _x, y in drawn.markers]

    assert heights == sorted(heights, reverse=True)
    assert (heights[0], heights[-1]) == (236.0, 12.0)
    assert len(drawn.runs) == 2


def test_a_fifth_series_is_refused():
    lines = [Series(str(place), "s1", (1.0,)) for place in range(5)]
    with pytest.raises(ValueError, match="5 series"):
        week_lines(lines, labels=["1"], full=100, unit="%", width=WIDE)


@given(
    st.lists(st.lists(st.integers(0, 500), min_size=6, max_size=6), min_size=1, max_size=20), widths
)
def test_columns_are_in_proportion_and_do_not_touch(weeks, width):
    parts = [[Part(f"p{n}", value, "s1") for n, value in enumerate(week)] for week in weeks]
    full = max(sum(week) for week in weeks)
    labels = [str(week) for week in range(len(weeks))]
    drawing = week_stacks(parts, labels=labels, full=full, width=width)
    frame = drawing.frame

    for week, column in zip(weeks, drawing.columns, strict=True):
        assert len(column.blocks) == sum(value > 0 for value in week)
        assert all(y >= frame.top - 0.01 for _tone, y, _height in column.blocks)
        if sum(week) == full and full:
            assert column.blocks[-1][1] == pytest.approx(frame.top, abs=0.02)
    for left, right in zip(drawing.columns, drawing.columns[1:], strict=False):
        assert left.x + left.width < right.x
    assert all(key.y < drawing.height for key in drawing.keys)


def test_steps_fall_and_end_where_the_curve_ends():
    drawing = falling_steps([(0, 0.9), (10, 0.8)], labels=[(0, "0"), (20, "20")], width=NARROW)
    frame = drawing.frame

    assert drawing.path.startswith(f"M{frame.left} {frame.top}")
    assert drawing.end_x == frame.right
    assert float(drawing.path.rpartition("V")[2].partition("H")[0]) == pytest.approx(
        frame.bottom - 0.8 * (frame.bottom - frame.top), abs=0.01
    )
