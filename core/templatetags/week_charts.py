"""Charts over weeks in templates: title (the finding), two drawings, table, caption with n."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import template

from core.charts import weeks
from core.charts.bar import NARROW, WIDE, Part
from core.templatetags.charts import STATE_TONES, chart_id

register = template.Library()

SIZES = (("narrow", NARROW), ("wide", WIDE))
TONES = ("s1", "s2", "s4", "s3")


@register.inclusion_tag("core/charts/week_lines.html")
def week_lines(
    title: str,
    series: Iterable[Mapping[str, Any]],
    labels: Sequence[str],
    caption: str = "",
    level: int = 3,
) -> dict[str, Any]:
    """Shares over weeks. `series`: mappings of label and values, each a share from 0 to 1 or None;
    perhaps `words`, what the table says where the share is None."""
    rows = list(series)
    lines = [
        weeks.Series(
            str(row["label"]),
            TONES[place],
            tuple(None if value is None else 100 * value for value in row["values"]),
        )
        for place, row in enumerate(rows)
    ]
    table = [
        (label, [_share(row["values"][place], row.get("words", "–")) for row in rows])
        for place, label in enumerate(labels)
    ]
    return {
        "chart_id": chart_id("week_lines", title, lines),
        "title": title,
        "caption": caption,
        "level": level,
        "headings": [row["label"] for row in rows],
        "table": table,
        "description": "; ".join(_ends(line, table, place) for place, line in enumerate(lines)),
        "drawings": [
            (name, weeks.week_lines(lines, labels=labels, full=100, unit="%", width=width))
            for name, width in SIZES
        ],
    }


@register.inclusion_tag("core/charts/week_stacks.html")
def week_stacks(
    title: str,
    weeks_of_states: Iterable[Iterable[Mapping[str, Any]]],
    labels: Sequence[str],
    caption: str = "",
    level: int = 3,
) -> dict[str, Any]:
    """States over weeks, one column a week. Each week: mappings of key, label, value that sum."""
    columns = [
        [
            Part(str(state["label"]), int(state["value"]), STATE_TONES[str(state["key"])])
            for state in week
        ]
        for week in weeks_of_states
    ]
    full = max((sum(part.value for part in column) for column in columns), default=0)
    newest = columns[-1] if columns else []
    return {
        "chart_id": chart_id("week_stacks", title, columns),
        "title": title,
        "caption": caption,
        "level": level,
        "headings": [part.label for part in newest],
        "table": list(zip(labels, columns, strict=True)),
        "description": ", ".join(f"{part.label} {part.value}" for part in newest),
        "drawings": [
            (name, weeks.week_stacks(columns, labels=labels, full=full, width=width))
            for name, width in SIZES
        ],
    }


@register.inclusion_tag("core/charts/falling_steps.html")
def falling_steps(
    title: str,
    points: Iterable[Mapping[str, Any]],
    end: float,
    labels: Sequence[tuple[float, str]],
    caption: str = "",
    level: int = 3,
) -> dict[str, Any]:
    """A share that falls over time. `points`: mappings of at, share, label, at_risk, in order."""
    rows = list(points)
    places = [(float(row["at"]), float(row["share"])) for row in rows]
    ticks = list(labels) or [(0.0, "0"), (end, f"{end:g}")]
    last = _share(rows[-1]["share"] if rows else 1.0, "–")
    return {
        "chart_id": chart_id("falling_steps", title, places),
        "title": title,
        "caption": caption,
        "level": level,
        "table": [(row["label"], _share(row["share"], "–"), row["at_risk"]) for row in rows],
        "last": last,
        "description": f"{rows[-1]['label']}: {last}" if rows else last,
        "drawings": [
            (name, weeks.falling_steps(places, labels=ticks, width=width)) for name, width in SIZES
        ],
    }


def _share(value: float | None, words: object) -> str:
    return str(words) if value is None else f"{round(100 * value)}%"


def _ends(line: weeks.Series, table: list[tuple[str, list[str]]], place: int) -> str:
    return f"{line.label}: {table[-1][1][place]}" if table else line.label
