"""A cohort report as rows of a table: what CSV holds, and later Excel and PDF."""

from __future__ import annotations

from collections.abc import Iterator

from core.tables import Cell
from outcomes.reports.cohort import CohortReport, Figure

HEADER = ("part", "measure", "value", "of")


def _cells(figure: Figure) -> tuple[Cell, Cell]:
    return (figure.words if figure.is_hidden else figure.value, figure.of)


def table_rows(report: CohortReport) -> Iterator[tuple[Cell, Cell, Cell, Cell]]:
    """Yield every figure of the page, stamped with its instant and its suppression note."""
    yield ("report", "cohort", report.cohort.name, None)
    yield ("report", "program", str(report.cohort.version), None)
    yield ("report", "as of", f"{report.at.astimezone(report.cohort.zone):%Y-%m-%d %H:%M %Z}", None)
    yield ("report", "smallest group shown", report.threshold, None)
    yield ("people", "enrolled", *_cells(report.enrolled))
    for state in report.states:
        yield ("state", state.label, state.value, report.enrolled.value)
    for module in report.modules:
        yield ("module completed", module.label, *_cells(module.completed))
    if report.attendance_words:
        yield ("attendance", "share of marked places", report.attendance_words, None)
    for row in report.credits:
        yield ("credit awarded, whole groups only", row.label, row.credits, row.people)
    yield from report.over_time.rows()
    for unit in report.units:
        yield ("unit", f"{unit.label}: people", *_cells(unit.people))
        yield ("unit", f"{unit.label}: on pace or done", *_cells(unit.good))
