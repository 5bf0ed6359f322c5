"""Charts in templates: title (the finding), drawing for phone and page, table, caption with n."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from django import template

from core.charts import bar

register = template.Library()

# The six states of an enrollment: four hues, then the two that are not on the way.
STATE_TONES = {
    "completed": "s1",
    "on_pace": "s4",
    "behind": "s2",
    "lapsed": "s3",
    "no_show": "rest",
    "withdrawn": "none",
}


def chart_id(kind: str, title: str, data: object) -> str:
    """Return an id that is the same for the same chart, and another's for another."""
    digest = hashlib.sha256(repr((kind, title, data)).encode()).hexdigest()[:8]
    return f"chart-{digest}"


@register.inclusion_tag("core/charts/state_bar.html")
def state_bar(
    title: str, states: Iterable[Mapping[str, Any]], caption: str = "", level: int = 3
) -> dict[str, Any]:
    """A whole divided into states. `states`: mappings of key, label, value; they sum to the whole."""
    parts = [
        bar.Part(str(state["label"]), int(state["value"]), STATE_TONES[str(state["key"])])
        for state in states
    ]
    return {
        "chart_id": chart_id("state_bar", title, parts),
        "title": title,
        "caption": caption,
        "level": level,
        "parts": parts,
        "total": sum(part.value for part in parts),
        "description": ", ".join(f"{part.label} {part.value}" for part in parts),
        "drawings": [
            ("narrow", bar.divided_bar(parts, width=bar.NARROW)),
            ("wide", bar.divided_bar(parts, width=bar.WIDE)),
        ],
    }


@register.inclusion_tag("core/charts/completion_bars.html")
def completion_bars(
    title: str,
    rows: Iterable[Mapping[str, Any]],
    caption: str = "",
    row_heading: str = "",
    level: int = 3,
) -> dict[str, Any]:
    """One filling bar per row. `rows`: mappings of label, value, of; a hidden figure has value
    None and `words` instead ("<5")."""
    fills = [
        bar.Fill(str(row["label"]), row["value"], int(row["of"]), str(row.get("words", "")))
        for row in rows
    ]
    return {
        "chart_id": chart_id("completion_bars", title, fills),
        "title": title,
        "caption": caption,
        "row_heading": row_heading,
        "level": level,
        "fills": fills,
        "description": ", ".join(f"{fill.label}: {fill.figures}" for fill in fills),
        "drawings": [
            ("narrow", bar.fill_bars(fills, width=bar.NARROW)),
            ("wide", bar.fill_bars(fills, width=bar.WIDE)),
        ],
    }
