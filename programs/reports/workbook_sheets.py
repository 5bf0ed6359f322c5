"""A cohort's report as sheets of a workbook; the last one says what every column means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from programs.reports.report_tables import Cell, ReportTables


def workbook_sheets(
    report: ReportTables,
) -> Iterator[tuple[str, Sequence[str], Sequence[Sequence[Cell]]]]:
    yield _("Report"), (_("What"), _("Value")), list(report.heading.items())
    for table in report.tables:
        yield table.title, table.header, table.rows
    yield _("Codebook"), (_("Sheet"), _("Column"), _("Kind"), _("Meaning")), codebook(report)


def codebook(report: ReportTables) -> list[tuple[str, str, str, str]]:
    return [
        (table.title, str(column.label), column.kind, str(column.meaning))
        for table in report.tables
        for column in table.columns
    ]
