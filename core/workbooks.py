"""Sheets to an Excel workbook: numbers stay numbers, and no text is run as a formula."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.http import HttpResponse
from django.utils.text import slugify
from openpyxl import Workbook

from core.tables import Cell, neutral

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What no XML may hold: one of these, and the whole workbook cannot be opened.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
Sheet = tuple[str, Sequence[str], Iterable[Sequence[Cell | date]]]  # title, header, rows


def to_xlsx(sheets: Iterable[Sheet]) -> bytes:
    book = Workbook(write_only=True)
    for title, header, rows in sheets:
        sheet = book.create_sheet(title[:31])  # Excel's own limit
        sheet.freeze_panes = "A2"
        sheet.append([_safe(cell) for cell in header])
        for row in rows:
            sheet.append([_safe(cell) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _safe(cell: Cell | date) -> str | int | float | date | None:
    if cell is None:
        return None
    if isinstance(cell, date) and not isinstance(cell, datetime):
        return cell
    found = neutral(cell)
    return _NOT_IN_XML.sub("", found) if isinstance(found, str) else found


def xlsx_response(*, name: str, sheets: Iterable[Sheet]) -> HttpResponse:
    """Answer with a workbook to download, called `name`.xlsx; nothing on the way may keep it."""
    return HttpResponse(
        to_xlsx(sheets),
        headers={
            "Content-Type": XLSX,
            "Content-Disposition": f'attachment; filename="{slugify(name) or "table"}.xlsx"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store, private",
        },
    )
