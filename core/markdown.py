"""Markdown to clean HTML: markdown-it-py with raw HTML off, then nh3.

Two gates on purpose. The first never produces a tag the author typed; the second would catch it if
a later version of the first did.
"""

from __future__ import annotations

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

HEADING_SHIFT = 2  # h1 is the page's title, h2 its sections
TAGS = {
    "a", "blockquote", "br", "code", "dd", "del", "dl", "dt", "em", "h3", "h4", "h5", "h6", "hr",
    "li", "ol", "p", "pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}

_parser = MarkdownIt("commonmark", {"html": False, "typographer": False}).enable("table")
_parser.enable("strikethrough")


def to_html(text: str) -> SafeString:
    """Render `text`. Headings become h3 to h6; images, scripts, styles and classes are dropped."""
    tokens = _parser.parse(text)
    _shift_headings(tokens)
    return clean(_parser.renderer.render(tokens, _parser.options, {}))


def clean(html: str) -> SafeString:
    """Keep the plain tags of `html`; drop the rest, and what style, script and title hold."""
    # The one place where text from people becomes markup: nh3 has just cleaned it.
    return mark_safe(  # noqa: S308
        nh3.clean(
            html,
            tags=TAGS,
            clean_content_tags={"script", "style", "title"},
            attributes=ATTRIBUTES,
            url_schemes={"http", "https", "mailto", "tel"},
            link_rel="noopener noreferrer",
        )
    )


def _shift_headings(tokens: list[Token]) -> None:
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + HEADING_SHIFT)}"
