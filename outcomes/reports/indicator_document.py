"""A run chart as a PDF: the drawing, the words and the figures of its page."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.charts.run import RunDrawing, run_drawing
from core.documents.pdf import compile_pdf
from outcomes.engine.indicator_catalog import MEAN

if TYPE_CHECKING:
    from datetime import date, datetime

    from accounts.models import Organization
    from outcomes.reports.indicators import Chart, IndicatorChart, PointRow

_TEMPLATE = Path(__file__).parent.parent / "documents" / "run_chart.typ"
_WIDTH = 468  # points; between the margins of A4 are 470


def indicator_pdf(
    *,
    organization: Organization,
    shown: IndicatorChart,
    practice: str,
    now: datetime,
    paper: str = "us-letter",
) -> bytes:
    """Return the series as PDF/UA-1; it has at least one point. Args: paper: `us-letter` or `a4`."""
    where = str(shown.unit or organization)
    data = {
        "title": f"{shown.indicator.title}, {where}",
        "description": _("Run chart of an organization's own figures"),
        "lang": (get_language() or "en")[:2],
        "paper": paper,
        "practice": practice,
        "kicker": " · ".join(dict.fromkeys((organization.name, where))),
        "heading": _(shown.indicator.title),
        "finding": shown.finding,
        "level": f"{shown.level[:1].upper()}{shown.level[1:]}.",
        "alt": shown.chart.description if shown.chart else shown.finding,
        "drawing": _drawing(shown.chart) if shown.chart else None,
        "caption": shown.caption,
        "notes": _notes(shown),
        "table_title": _("All figures"),
        "head": _head(shown),
        "rows": [_row(shown, row) for row in shown.rows],
        "footer": _("%(organization)s, %(title)s. Made on %(day)s.")
        % {
            "organization": organization.name,
            "title": shown.indicator.title,
            "day": _day(now.date()),
        },
        "page_word": _("Page "),
    }
    return compile_pdf(template=_TEMPLATE, data=data, at=now)


def _drawing(chart: Chart) -> dict[str, Any]:
    """Places in points of the paper."""
    drawn: RunDrawing = run_drawing(
        chart.points,
        medians=chart.medians,
        spans=chart.spans,
        breaks=chart.breaks,
        low=chart.low,
        high=chart.high,
        unit=chart.unit,
        width=_WIDTH,
    )
    frame = drawn.frame
    return {
        "width": frame.width,
        "height": frame.height,
        "left": frame.left,
        "right": frame.right,
        "top": frame.top,
        "bottom": frame.bottom,
        "x_ticks": [{"at": tick.place, "words": tick.label} for tick in frame.x_ticks],
        "y_ticks": [{"at": tick.place, "words": tick.label} for tick in frame.y_ticks],
        "runs": [
            [[float(place) for place in point.split(",")] for point in run.split()]
            for run in drawn.runs
        ],
        "dots": drawn.dots,
        "rings": drawn.rings,
        "medians": [
            {
                "x1": one.x1,
                "x2": one.x2,
                "y": one.y,
                "words": one.words,
                "words_x": one.words_x - (140 if one.is_at_end else 0),
                "words_y": one.words_y,
                "is_at_end": one.is_at_end,
            }
            for one in drawn.medians
        ],
        "spans": [
            {"name": one.name, "x": one.x, "y": one.y, "width": one.width, "edges": one.edges}
            for one in drawn.spans
        ],
        "breaks": drawn.breaks,
    }


def _notes(shown: IndicatorChart) -> list[str]:
    """What the page says under the chart, in its order."""
    notes = [_(shown.indicator.caption) if shown.indicator.caption else "", shown.scale]
    notes += [*shown.signals, *shown.medians]
    if shown.has_few:
        notes.append(_("Hollow points: few cases, fewer than 30."))
    if shown.run.breaks:
        notes.append(_("Dotted vertical line: a new definition, and so a new series."))
    notes += [
        _("%(letter)s: %(name)s, %(start)s – %(end)s")
        % {
            "letter": letter,
            "name": one.name,
            "start": _day(one.starts_on),
            "end": _day(one.ends_on),
        }
        for letter, one in shown.marks
    ]
    if shown.unmarked:
        notes.append(
            _(
                "Cohorts with fewer than five people of this unit are not marked: the mark would tell"
                " who took part."
            )
        )
    notes += shown.choices or (_("No contract chose this indicator in advance."),)
    return [words for words in notes if words]


def _head(shown: IndicatorChart) -> list[str]:
    counted = (
        [_("SD"), _("Forms")]
        if shown.indicator.kind == MEAN
        else [_("Numerator"), _("Denominator")]
    )
    return [_("Period"), _("Figure"), *counted, _("Note")]


def _row(shown: IndicatorChart, row: PointRow) -> list[str]:
    point = row.point
    counted = (
        [_number(point.sd), _number(point.n)]
        if shown.indicator.kind == MEAN
        else [_number(point.numerator), _number(point.denominator)]
    )
    remarks = [
        _("Few cases.") if row.is_few else "",
        _("New definition:") if row.is_new_definition else "",
        point.source_note,
        _("(corrected)") if point.revision > 1 else "",
    ]
    period = f"{_day(point.period_start)} – {_day(point.period_end)}"
    return [period, row.value, *counted, " ".join(filter(None, remarks))]


def _number(value: Decimal | int | None) -> str:
    if value is None:
        return "–"
    return number_format(round(Decimal(value), 2).normalize() + 0)


def _day(day: date) -> str:
    return date_format(day, "j M Y")
