"""Geometry: parts fill the bar, nothing that exists is invisible, nothing leaves the drawing."""

import html5lib
import pytest
from django.template import engines
from hypothesis import given
from hypothesis import strategies as st

from core.charts.bar import NARROW, WIDE, Fill, Part, divided_bar, fill_bars, shorten

counts = st.lists(st.integers(0, 5000), min_size=1, max_size=6)


@given(counts, st.sampled_from([NARROW, WIDE]))
def test_parts_fill_the_bar_and_each_is_seen(values, width):
    drawing = divided_bar([Part(f"p{n}", v, "s1") for n, v in enumerate(values)], width=width)
    shown = [value for value in values if value]

    assert len(drawing.blocks) == len(shown)
    assert len(drawing.keys) == len(values)
    assert all(block.width >= 3.99 for block in drawing.blocks)
    if shown:
        last = drawing.blocks[-1]
        assert last.x + last.width == pytest.approx(width, abs=0.1)
    assert all(key.y < drawing.height for key in drawing.keys)


def test_widths_are_in_proportion():
    drawing = divided_bar([Part("a", 30, "s1"), Part("b", 10, "s2")], width=NARROW)

    assert drawing.blocks[0].width == pytest.approx(3 * drawing.blocks[1].width, abs=0.1)


def test_a_fill_is_its_share_of_the_full_scale():
    row = fill_bars([Fill("Week 1", 3, 4)], width=NARROW).rows[0]

    assert (row.filled, row.bar_width) == (270.0, 360.0)
    assert row.figures == "3 of 4"


def test_a_hidden_figure_has_its_words_and_no_bar():
    row = fill_bars([Fill("Week 1", None, 57, "<5")], width=WIDE).rows[0]

    assert (row.filled, row.figures) == (0.0, "<5")


def test_no_total_is_an_empty_bar():
    assert fill_bars([Fill("Week 1", 0, 0)], width=WIDE).rows[0].filled == 0.0


def test_a_long_label_is_cut_at_a_word():
    assert shorten("Listening without fixing anything at all", 26) == "Listening without fixing…"
    assert shorten("Short", 26) == "Short"


STATES = [
    {"key": "completed", "label": "Completed", "value": 9},
    {"key": "on_pace", "label": "On pace", "value": 31},
    {"key": "behind", "label": "Behind", "value": 0},
]


def render(source, **context):
    template = engines["django"].from_string("{% load charts %}" + source)
    return html5lib.parse(template.render(context), namespaceHTMLElements=False)


def words(element):
    return " ".join(" ".join(element.itertext()).split())


def test_a_chart_has_name_description_and_a_table_with_the_same_figures():
    tree = render('{% state_bar title="Forty are on the way" states=states %}', states=STATES)
    drawings = [e for e in tree.iter() if e.get("role") == "img"]
    ids = [e.get("id") for e in tree.iter() if e.get("id")]

    assert len(drawings) == 2
    assert len(ids) == len(set(ids))
    for drawing in drawings:
        assert set(drawing.get("aria-labelledby").split()) <= set(ids)
    rows = [words(row) for row in tree.iter("tr")]
    assert rows == ["State People", "Completed 9", "On pace 31", "Behind 0", "Together 40"]


def test_completion_bars_say_what_is_hidden():
    fills = [
        {"label": "Week 1", "value": 4, "of": 9},
        {"label": "Week 2", "value": None, "of": 9, "words": "<5"},
    ]
    tree = render('{% completion_bars title="T" rows=rows %}', rows=fills)

    assert [words(row) for row in tree.iter("tr")] == ["Part Done", "Week 1 4 of 9", "Week 2 <5"]


def test_a_state_without_a_color_is_an_error_not_a_gray_bar():
    with pytest.raises(KeyError):
        render(
            '{% state_bar title="T" states=states %}',
            states=[{"key": "x", "label": "X", "value": 1}],
        )
