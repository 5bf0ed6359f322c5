"""Intervals in templates: two drawings, what the marks are, and the same figures as a table."""

from __future__ import annotations

from typing import Any

from django import template

from core.charts.bar import NARROW, WIDE
from core.charts.intervals import interval_drawing
from core.templatetags.charts import chart_id

register = template.Library()


@register.inclusion_tag("core/charts/interval_rows.html")
def interval_rows(
    title: str, chart: Any, level: int = 3, caption: str | None = None
) -> dict[str, Any]:
    """`chart`: rows (see core.charts.intervals), reach, ticks, key, description, and table: a list
    of label, figure, interval and band in words. `caption`: instead of the key, where a page says
    once what the marks of all its charts are."""
    drawn = {"reach": chart.reach, "ticks": chart.ticks}
    return {
        "chart_id": chart_id("interval_rows", title, chart.rows),
        "title": title,
        "caption": chart.key if caption is None else caption,
        "level": level,
        "description": chart.description,
        "table": chart.table,
        "drawings": [
            ("narrow", interval_drawing(chart.rows, width=NARROW, **drawn)),
            ("wide", interval_drawing(chart.rows, width=WIDE, **drawn)),
        ],
    }
