"""The rows of a chart as CSV and workbook. The caption goes wherever the figures go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from outcomes.engine.indicator_files import HEADERS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from core.tables import Cell
    from core.workbooks import Sheet
    from outcomes.reports.indicators import IndicatorChart

HEADER = (*HEADERS, "value", "revision")


def table_rows(chart: IndicatorChart) -> Iterator[list[Cell | date]]:
    for row in chart.rows:
        point = row.point
        numbers = (point.numerator, point.denominator, point.mean, point.sd)
        yield [
            point.indicator,
            point.unit.name if point.unit else "",
            point.period_start,
            point.period_end,
            *(None if number is None else float(number) for number in numbers),
            point.n,
            point.source_note,
            round(float(point.as_figure().value), 4),
            point.revision,
        ]


def caption_rows(chart: IndicatorChart) -> list[list[Cell]]:
    """What a reader of the file must know, a line each."""
    lines = [chart.caption, chart.indicator.caption, f"{chart.level}.", chart.finding]
    lines += [*chart.signals, *chart.medians, *chart.choices]
    lines += [
        _("Cohort %(name)s: %(start)s – %(end)s.")
        % {"name": one.name, "start": one.starts_on, "end": one.ends_on}
        for _letter, one in chart.marks
    ]
    return [[line] for line in lines if line]


def sheets(chart: IndicatorChart) -> list[Sheet]:
    return [
        (_("Figures"), HEADER, table_rows(chart)),
        (_("How to read this"), (chart.indicator.title,), caption_rows(chart)),
    ]
