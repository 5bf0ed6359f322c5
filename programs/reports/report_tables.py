"""A cohort's report as tables of plain values: page, CSV, workbook and API all print these.

Shares are numbers between nothing and one, days are dates, moments are written in the cohort's zone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from programs.reports import table_columns as columns
from programs.reports.measures import measures

if TYPE_CHECKING:
    from programs.models import Cohort
    from programs.reports.cohort_progress import CohortProgress
    from programs.reports.cohort_series import CohortSeries
    from programs.reports.table_columns import Column

Cell = str | int | float | bool | date | None


@dataclass(frozen=True)
class Table:
    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def header(self) -> tuple[str, ...]:
        return tuple(str(column.label) for column in self.columns)

    @property
    def cells(self) -> list[list[tuple[Column, Cell]]]:
        """The rows, each cell with its column."""
        return [list(zip(self.columns, row, strict=True)) for row in self.rows]


@dataclass(frozen=True)
class ReportTables:
    cohort: Cohort
    at: datetime
    zone: ZoneInfo
    edition: str
    enrolled: int
    is_to_date: bool
    tables: tuple[Table, ...]

    def table(self, key: str) -> Table | None:
        return next((table for table in self.tables if table.key == key), None)

    def rows(self, key: str) -> tuple[tuple[Cell, ...], ...]:
        table = self.table(key)
        return table.rows if table else ()

    @property
    def heading(self) -> dict[str, Cell]:
        """What every figure must be read with."""
        return {
            "cohort": self.cohort.name,
            "program": self.edition,
            "as_of": written(self.at, self.zone),
            "zone": str(self.zone),
            "enrolled": self.enrolled,
            "to_date": self.is_to_date,
        }


def report_tables(
    *, cohort: Cohort, progress: CohortProgress, series: CohortSeries
) -> ReportTables:
    zone = cohort.zone
    return ReportTables(
        cohort=cohort,
        at=progress.at,
        zone=zone,
        edition=progress.edition,
        enrolled=progress.enrolled,
        is_to_date=progress.is_to_date,
        tables=(
            _table("measures", _("Measures"), columns.MEASURES, measures(progress, series), zone),
            people_table(progress, zone),
            _table("modules", _("Modules"), columns.MODULES, progress.modules, zone),
            _table("sessions", _("Live sessions"), columns.SESSIONS, progress.slots, zone),
            _table("weeks", _("Week by week"), columns.WEEKS, series.weeks, zone),
            _table(
                "survival", _("Still taking part"), columns.SURVIVAL, series.survival.steps, zone
            ),
        ),
    )


def people_table(progress: CohortProgress, zone: ZoneInfo) -> Table:
    return _table("people", _("People"), columns.PEOPLE, progress.learners, zone)


def _table(
    key: str, title: str, shown: tuple[Column, ...], things: Iterable[Any], zone: ZoneInfo
) -> Table:
    rows = tuple(
        tuple(_plain(column, column.value(thing), zone) for column in shown) for thing in things
    )
    return Table(key, title, shown, rows)


def _plain(column: Column, value: Any, zone: ZoneInfo) -> Cell:
    if value is None:
        return None
    write: Callable[..., Cell] | None = _WRITTEN.get(column.kind)
    return write(value, zone) if write else value


def written(value: datetime, zone: ZoneInfo) -> str:
    return f"{value.astimezone(zone):%Y-%m-%d %H:%M}"


_WRITTEN: dict[str, Callable[..., Cell]] = {
    "day": lambda value, zone: value.astimezone(zone).date(),
    "moment": written,
    "share": lambda value, zone: round(float(value), 4),
    "number": lambda value, zone: round(float(value), 4) if isinstance(value, float) else value,
    "text": lambda value, zone: str(value),
}
