"""One row of an indicator file, and what may be wrong with it by itself."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from outcomes.engine.indicator_catalog import CATALOG, FACTOR, FEW, MEAN, PROPORTION, Indicator

NUMBERS = ("numerator", "denominator", "mean", "sd", "n")
_POINT = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,6})?")
_POINT_OR_COMMA = re.compile(r"-?[0-9]{1,12}(?:[.,][0-9]{1,6})?")
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_LONG_NUMBER = re.compile(r"\d{8}")


@dataclass(frozen=True)
class Problem:
    """`reason` is a plain sentence; `column` is empty where a whole line or file is meant."""

    line: int
    column: str
    code: str
    reason: str


@dataclass(frozen=True)
class Figure:
    """One point of a series. `unit` is the name as the organization writes it; "" is the whole."""

    indicator: str
    unit: str
    start: date
    end: date
    numerator: Decimal | None
    denominator: Decimal | None
    mean: Decimal | None
    sd: Decimal | None
    n: int | None
    source_note: str
    line: int = 0  # 0: not of this file

    @property
    def series(self) -> tuple[str, str]:
        return self.indicator, self.unit

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    @property
    def size(self) -> Fraction:
        """What the figure rests on: its denominator, or the number of forms."""
        return Fraction(self.denominator if self.denominator is not None else self.n or 0)

    @property
    def value(self) -> Fraction:
        """Exact, so that a point on the median is on it."""
        if self.mean is not None:
            return Fraction(self.mean)
        factor = FACTOR[CATALOG[self.indicator].kind]
        return factor * Fraction(self.numerator or 0) / self.size

    @property
    def has_few_cases(self) -> bool:
        return not CATALOG[self.indicator].of_staff and self.size < FEW

    def says_the_same(self, other: Figure) -> bool:
        mine = (self.end, self.numerator, self.denominator, self.mean, self.sd, self.n)
        theirs = (other.end, other.numerator, other.denominator, other.mean, other.sd, other.n)
        return mine == theirs and self.source_note == other.source_note


@dataclass(frozen=True)
class RowReading:
    figure: Figure | None  # None if there is an error
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


class _Row:
    """The cells of a line, and what was found wrong so far."""

    def __init__(self, line: int, cells: Mapping[str, str], decimal_comma: bool) -> None:
        self.line = line
        self.cells = cells
        self.decimal_comma = decimal_comma
        self.errors: list[Problem] = []
        self.warnings: list[Problem] = []

    def refuse(self, column: str, code: str, reason: str) -> None:
        self.errors.append(Problem(self.line, column, code, reason))

    def day(self, column: str) -> date | None:
        text = self.cells[column]
        if _ISO.fullmatch(text):
            try:
                return date.fromisoformat(text)
            except ValueError:
                pass
        self.refuse(column, "date", "Write the date as 2025-01-31 (year, month, day).")
        return None

    def number(self, column: str, *, whole: bool) -> Decimal | None:
        text = self.cells[column]
        pattern = _POINT_OR_COMMA if self.decimal_comma else _POINT
        if not text:
            self.refuse(column, "missing", "A number is needed here.")
            return None
        if not pattern.fullmatch(text):
            self.refuse(
                column,
                "number",
                "Write a plain number: no thousands separator, no percent sign, at most six "
                "decimals" + ("." if self.decimal_comma else ", after a point."),
            )
            return None
        found = Decimal(text.replace(",", "."))
        if whole and found != found.to_integral_value():
            self.refuse(column, "whole", "Write a whole number.")
            return None
        return found

    def stay_empty(self, columns: Sequence[str], kind: str) -> None:
        for column in columns:
            if self.cells[column]:
                self.refuse(column, "not_empty", f"Leave this empty for a {kind}.")


def read_row(
    line: int,
    cells: Mapping[str, str],
    *,
    units: Mapping[str, str],
    today: date,
    decimal_comma: bool,
) -> RowReading:
    """Check one row by itself.

    Args:
        cells: column -> text, stripped.
        units: casefolded name -> name of the organization's units.
        today: in the organization's zone.
        decimal_comma: the file is separated by semicolons.
    """
    row = _Row(line, cells, decimal_comma)
    indicator = CATALOG.get(cells["indicator"])
    if indicator is None:
        row.refuse("indicator", "indicator", "This is no indicator of the list.")
    unit = units.get(cells["unit"].casefold(), "")
    if cells["unit"] and not unit:
        row.refuse("unit", "unit", "The organization has no unit of this name.")
    start, end = _period(row, today)
    numbers = _numbers(row, indicator) if indicator else {}
    _note(row)
    if row.errors or indicator is None or start is None or end is None:
        return RowReading(None, tuple(row.errors), tuple(row.warnings))
    n = numbers.get("n")
    figure = Figure(
        indicator=indicator.key,
        unit=unit,
        start=start,
        end=end,
        numerator=numbers.get("numerator"),
        denominator=numbers.get("denominator"),
        mean=numbers.get("mean"),
        sd=numbers.get("sd"),
        n=None if n is None else int(n),
        source_note=cells["source_note"],
        line=line,
    )
    return RowReading(figure, (), tuple(row.warnings))


def _period(row: _Row, today: date) -> tuple[date | None, date | None]:
    start, end = row.day("period_start"), row.day("period_end")
    if end is not None and end > today:
        row.refuse("period_end", "future", "The period must be over.")
    if start is not None and end is not None:
        if start > end:
            row.refuse("period_end", "order", "The end lies before the start.")
        elif end >= _year_after(start):
            row.refuse("period_end", "too_long", "A period is at most one year long.")
    return start, end


def _year_after(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # 29 February, or the year 9999
        return date(day.year + 1, 3, 1) if day.year < 9999 else date.max


def _numbers(row: _Row, indicator: Indicator) -> dict[str, Decimal | None]:
    found = _mean(row, indicator) if indicator.kind == MEAN else _share(row, indicator)
    column = "n" if indicator.kind == MEAN else "denominator"
    size = found.get(column)
    if size is not None and 0 < size < indicator.least:
        row.refuse(
            column,
            "too_small",
            f"At least {indicator.least} are needed, so that the figure points at nobody: "
            "combine periods or units.",
        )
    return found


def _mean(row: _Row, indicator: Indicator) -> dict[str, Decimal | None]:
    row.stay_empty(("numerator", "denominator"), "mean")
    mean, n = row.number("mean", whole=False), row.number("n", whole=True)
    sd = row.number("sd", whole=False) if row.cells["sd"] else None
    if mean is not None and not indicator.low <= mean <= indicator.high:
        row.refuse("mean", "range", f"It lies between {indicator.low} and {indicator.high}.")
    if sd is not None and not 0 <= sd <= indicator.high - indicator.low:
        row.refuse("sd", "range", f"It lies between 0 and {indicator.high - indicator.low}.")
    if n is not None and n <= 0:
        row.refuse("n", "positive", "It must be above 0.")
    return {"mean": mean, "sd": sd, "n": n}


def _share(row: _Row, indicator: Indicator) -> dict[str, Decimal | None]:
    row.stay_empty(("mean", "sd", "n"), indicator.kind)
    above = row.number("numerator", whole=indicator.whole_numerator)
    below = row.number("denominator", whole=indicator.whole_denominator)
    if above is not None and above < 0:
        row.refuse("numerator", "negative", "It cannot be below 0.")
    if below is not None and below <= 0:
        row.refuse("denominator", "positive", "It must be above 0.")
    elif above is not None and below is not None and above > below:
        reason = "It is larger than the denominator."
        if indicator.kind == PROPORTION:
            row.refuse("numerator", "above_denominator", reason)
        else:
            problem = Problem(row.line, "numerator", "above_denominator", reason)
            row.warnings.append(problem)
    return {"numerator": above, "denominator": below}


def _note(row: _Row) -> None:
    note = row.cells["source_note"]
    if not 3 <= len(note) <= 300:
        row.refuse("source_note", "note", "Say in 3 to 300 characters where the figure comes from.")
        return  # a note of a megabyte is not searched
    if _ADDRESS.search(note) or _LONG_NUMBER.search(note):
        row.refuse(
            "source_note",
            "personal",
            "An e-mail address or a long number may be personal data: leave it out.",
        )
