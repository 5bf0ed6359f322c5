"""What an author writes becomes calm HTML; what an attacker writes becomes words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.markdown import to_html


def test_headings_start_below_those_of_the_page():
    assert to_html("# One\n\n## Two\n\n###### Six") == "<h3>One</h3>\n<h4>Two</h4>\n<h6>Six</h6>\n"


@pytest.mark.parametrize(
    ("text", "forbidden"),
    [
        ("<script>alert(1)</script>", "<script"),
        ("[x](javascript:alert(1))", "href"),
        ("[x](data:text/html;base64,AAAA)", "href"),
        ("![x](https://example.org/pixel.png)", "<img"),
        ('<p onclick="x()">hi</p>', "<p onclick"),
        ("<style>p{}</style>", "<style"),
        ("[x](https://example.org 'a\" onclick=\"b')", ' onclick="'),
    ],
)
def test_no_markup_of_the_author_gets_through(text, forbidden):
    assert forbidden not in to_html(text)


def test_links_tables_and_lists_stay():
    html = to_html("[a](https://example.org)\n\n1. x\n\n| h |\n|---|\n| c |\n")

    assert 'href="https://example.org"' in html
    assert 'rel="noopener noreferrer"' in html
    assert "<ol>" in html
    assert "<td>c</td>" in html


@given(st.text())
def test_any_text_renders_without_a_script(text):
    html = to_html(text)

    assert "<script" not in html
    assert "javascript:" not in html.lower() or "href" not in html
