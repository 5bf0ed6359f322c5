"""A CSV of indicators, read and checked whole: every error with line, column and reason.

All or nothing: where there is one error, nothing of the file is stored.
"""

from __future__ import annotations

import csv
import io
import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from outcomes.engine.indicator_rows import Figure, Problem, read_row

HEADERS = (
    *("indicator", "unit", "period_start", "period_end", "numerator", "denominator"),
    *("mean", "sd", "n", "source_note"),
)
MAX_BYTES = 2 * 2**20
MAX_ROWS = 5_000
MAX_COLUMNS = 30  # of a header that is worth naming its faults
LENGTH_TOLERANCE = Fraction(15, 100)
DEVIATIONS = 3  # median absolute deviations off its series that are worth a look

Series = tuple[str, str]
Table = list[tuple[int, list[str]]]  # line, cells


@dataclass(frozen=True)
class Reading:
    """What is in the file. `figures` is empty as soon as there is an error."""

    figures: tuple[Figure, ...]
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    new: int = 0
    changed: int = 0
    unchanged: int = 0


class _UnreadableError(Exception):
    def __init__(self, line: int, code: str, reason: str) -> None:
        super().__init__(reason)
        self.problem = Problem(line, "", code, reason)


def read_indicators(
    content: bytes, *, units: Iterable[str], today: date, known: Sequence[Figure] = ()
) -> Reading:
    """Read a file of an organization.

    Args:
        content: the file as uploaded.
        units: names of the organization's units.
        today: in the organization's zone; no period may end later.
        known: the figures in force.
    """
    try:
        text = _decode(content)
        header, table, decimal_comma = _table(text)
    except _UnreadableError as error:
        return Reading((), (error.problem,), ())
    names = {name.casefold(): name for name in units}
    errors: list[Problem] = []
    warnings: list[Problem] = []
    figures: list[Figure] = []
    for line, cells in table:
        if len(cells) != len(header):
            reason = f"This line has {len(cells)} cells instead of {len(header)}."
            errors.append(Problem(line, "", "cells", reason))
            continue
        row = read_row(
            line,
            {name: " ".join(cell.split()) for name, cell in zip(header, cells, strict=True)},
            units=names,
            today=today,
            decimal_comma=decimal_comma,
        )
        errors += row.errors
        warnings += row.warnings
        if row.figure is not None:
            figures.append(row.figure)
    errors += _repeated(figures)
    merged = _merged(figures, known)
    for points in merged.values():
        errors += _faults_of_series(points)
    stand = {(one.series, one.start): one for one in known}
    before = [stand.get((one.series, one.start)) for one in figures]
    same = {
        one.line
        for one, old in zip(figures, before, strict=True)
        if old is not None and one.says_the_same(old)
    }
    for points in merged.values():
        warnings += [one for one in _oddities(points) if one.line not in same]
    changed = sum(1 for old in before if old is not None) - len(same)
    return Reading(
        () if errors else tuple(figures),
        tuple(sorted(errors, key=lambda one: one.line)),
        tuple(sorted(warnings, key=lambda one: one.line)),
        new=len(figures) - changed - len(same),
        changed=changed,
        unchanged=len(same),
    )


def _decode(content: bytes) -> str:
    if len(content) > MAX_BYTES:
        raise _UnreadableError(0, "too_big", "The file is larger than 2 MB.")
    if not content.strip():
        raise _UnreadableError(0, "empty", "The file is empty.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        reason = "The file is not UTF-8. Save it as “CSV UTF-8”."
        raise _UnreadableError(line, "encoding", reason) from error
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise _UnreadableError(line, "binary", "This is no text file: it holds NUL characters.")
    return text


def _table(text: str) -> tuple[list[str], Table, bool]:
    """Return header, rows and whether semicolons separate."""
    first = text.lstrip("\r\n").partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header: list[str] = []
    table: Table = []
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                if not header:
                    header = [cell.strip() for cell in cells]
                    _check_header(header, line)
                else:
                    table.append((line, cells))
                    if len(table) > MAX_ROWS:
                        reason = f"The file has more than {MAX_ROWS:,} rows."
                        raise _UnreadableError(line, "too_many_rows", reason)
            line = reader.line_num + 1
    except csv.Error as error:
        reason = "The quotation marks of this line do not match, or a cell is too long."
        raise _UnreadableError(line, "quotes", reason) from error
    if not table:
        raise _UnreadableError(line, "no_rows", "The file has no rows below its header.")
    return header, table, delimiter == ";"


def _check_header(header: Sequence[str], line: int) -> None:
    if len(header) > MAX_COLUMNS:  # before anything is compared with anything
        reason = f"The header must hold exactly the ten column names, not {len(header)}."
        raise _UnreadableError(line, "header", reason)
    missing = [name for name in HEADERS if name not in header]
    unknown = [name for name in header if name not in HEADERS]
    twice = sorted({name for name in header if header.count(name) > 1})
    said = [
        f"{words} {', '.join(names)}."
        for words, names in (
            ("Missing:", missing),
            ("Unknown:", [name[:40] or "(empty)" for name in unknown]),
            ("Twice:", twice),
        )
        if names
    ]
    if said:
        reason = " ".join(["The header must hold exactly the ten column names.", *said])
        raise _UnreadableError(line, "header", reason)


def _repeated(figures: Sequence[Figure]) -> list[Problem]:
    seen: dict[tuple[Series, date], int] = {}
    found = []
    for one in figures:
        key = (one.series, one.start)
        if key in seen:
            reason = f"Line {seen[key]} has the same indicator, unit and start."
            found.append(Problem(one.line, "period_start", "twice", reason))
        else:
            seen[key] = one.line
    return found


def _merged(figures: Sequence[Figure], known: Sequence[Figure]) -> Mapping[Series, list[Figure]]:
    """Each series that the file touches as it would stand afterwards, by date."""
    points: dict[Series, dict[date, Figure]] = defaultdict(dict)
    touched = {one.series for one in figures}
    for one in (*known, *figures):
        if one.series in touched:
            points[one.series][one.start] = one
    return {
        series: sorted(by_start.values(), key=lambda one: one.start)
        for series, by_start in points.items()
    }


def _faults_of_series(points: Sequence[Figure]) -> list[Problem]:
    found = []
    latest = points[0]
    for one in points[1:]:
        if one.start <= latest.end:
            late, other = (one, latest) if one.line else (latest, one)
            if late.line:
                reason = f"It overlaps the period {other.start} – {other.end} of this series."
                found.append(Problem(late.line, "period_start", "overlap", reason))
        if one.end > latest.end:
            latest = one
    first = points[0]
    for one in points[1:]:
        if abs(one.days - first.days) > LENGTH_TOLERANCE * first.days:
            line = one.line or first.line
            if line:
                reason = (
                    f"Periods of one series are about equally long: {one.start} has {one.days} "
                    f"days, the first period has {first.days}."
                )
                found.append(Problem(line, "period_end", "length", reason))
    return list(dict.fromkeys(found))


def _oddities(points: Sequence[Figure]) -> list[Problem]:
    """What a person should look at before storing; nothing of it is refused."""
    values = [one.value for one in points]
    middle = statistics.median(values)
    spread = statistics.median([abs(value - middle) for value in values])
    found = []
    for place, one in enumerate(points):
        if not one.line:
            continue
        if abs(values[place] - middle) > DEVIATIONS * spread:
            reason = "This value lies far off the others of its series."
            found.append(Problem(one.line, "", "far_off", reason))
        if place == 0:
            continue
        last = points[place - 1]
        if abs(one.size - last.size) * 2 > last.size:
            column = "n" if one.denominator is None else "denominator"
            reason = "It changed by more than half since the period before."
            found.append(Problem(one.line, column, "size_jump", reason))
        if one.source_note != last.source_note:
            reason = "The note changed: the chart shows a new definition from here on."
            found.append(Problem(one.line, "source_note", "definition", reason))
    return found
