"""Rows to CSV. Cells that a spreadsheet would run as a formula are made text."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from django.http import HttpResponse
from django.utils.text import slugify

# As first visible character; the full-width forms are what some programs fold to the plain ones.
_FORMULA_START = "=+-@＝＋－＠"

Cell = str | int | float | bool | date | None


def neutral(cell: Cell) -> str | int | float:
    """Return `cell` as it may stand in a spreadsheet; numbers stay numbers, None is empty.

    A text that starts like a formula, control characters and spaces before it included, gets an
    apostrophe in front: spreadsheets then show it and run nothing.
    """
    if cell is None or cell == "":
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int | float):
        return cell
    if isinstance(cell, str) and cell[:1].isalnum() and "\0" not in cell:
        return cell  # the most by far, and the cheapest to know
    text = cell.isoformat(timespec="minutes") if isinstance(cell, datetime) else str(cell)
    text = text.replace("\0", "")
    if text[:1] in ("\t", "\r", "\n") or _first_visible(text) in _FORMULA_START:
        return f"'{text}"
    return text


def _first_visible(text: str) -> str:
    for letter in text:
        if not letter.isspace() and unicodedata.category(letter) not in ("Cc", "Cf"):
            return letter
    return " "


def to_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return UTF-8 with a byte-order mark, which spreadsheets need to read accents."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([neutral(cell) for cell in header])
    writer.writerows([neutral(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def csv_lines(
    header: Sequence[str], rows: Iterable[Sequence[Cell]], *, are_neutral: bool = False
) -> Iterator[bytes]:
    """The same file, a hundred rows at a time, so that its length needs no memory.

    Args:
        are_neutral: `rows` were made of `neutral` cells, and dates, already.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    text.write("\ufeff")
    writer.writerow([neutral(cell) for cell in header])
    for count, row in enumerate(rows, 1):
        writer.writerow(row if are_neutral else [neutral(cell) for cell in row])
        if count % 100 == 0:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def csv_response(
    *, name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> HttpResponse:
    """Answer with a CSV to download, called `name`.csv; nothing on the way may keep it."""
    return HttpResponse(
        to_csv(header, rows),
        headers={
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": f'attachment; filename="{slugify(name) or "table"}.csv"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store, private",
        },
    )
