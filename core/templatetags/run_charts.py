"""Run chart in templates: two drawings, names of the spans, caption; the table is the page's."""

from __future__ import annotations

from typing import Any

from django import template

from core.charts.bar import NARROW, WIDE
from core.charts.run import run_drawing
from core.templatetags.charts import chart_id

register = template.Library()


@register.inclusion_tag("core/charts/run_chart.html")
def run_chart(title: str, chart: Any, caption: str = "", level: int = 2) -> dict[str, Any]:
    """`chart`: points, medians, spans, breaks (see core.charts.run), low, high, unit and
    `description` in words."""
    drawn = {
        "medians": chart.medians,
        "spans": chart.spans,
        "breaks": chart.breaks,
        "low": chart.low,
        "high": chart.high,
        "unit": chart.unit,
    }
    return {
        "chart_id": chart_id("run_chart", title, chart.points),
        "title": title,
        "caption": caption,
        "level": level,
        "description": chart.description,
        "drawings": [
            ("narrow", run_drawing(chart.points, width=NARROW, **drawn)),
            ("wide", run_drawing(chart.points, width=WIDE, **drawn)),
        ],
    }
