"""Rosters as they come from personnel offices, made in code: each function returns a file."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence

from openpyxl import Workbook

HEADER = ("Work Email", "Employee Name", "Dept.")
PEOPLE = (
    ("asha.nair@northfield.org", "Asha Nair", "ICU"),
    ("jörg.müller@northfield.org".replace("ö", "oe").replace("ü", "ue"), "Jörg Müller", "Café"),
    ("tom.reyes@northfield.org", "Tom Reyes", "Oncology"),
)
Rows = Sequence[Sequence[str]]


def delimited(
    rows: Rows = (HEADER, *PEOPLE),
    *,
    delimiter: str = ",",
    encoding: str = "utf-8",
    line_end: str = "\n",
    bom: bytes = b"",
    before: str = "",
) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=line_end).writerows(rows)
    return bom + (before + text.getvalue()).encode(encoding)


def workbook(rows: Rows = (HEADER, *PEOPLE), *, hidden_first: bool = False) -> bytes:
    book = Workbook()
    sheet = book.active
    if hidden_first:
        sheet.append(["secret"])
        sheet.sheet_state = "hidden"
        sheet = book.create_sheet("People")
    for row in rows:
        sheet.append(list(row))
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def zipped(parts: dict[str, bytes]) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return kept.getvalue()


def bomb() -> bytes:
    """A workbook of a few kilobytes that unpacks to 60 MB."""
    return zipped({"xl/workbook.xml": b"<x/>", "xl/worksheets/sheet1.xml": b" " * 60 * 2**20})


def damaged_lzma() -> bytes:
    """A workbook in a packing that no spreadsheet uses, with spoiled bytes."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("xl/workbook.xml", b"<a/>" * 99)
    content = bytearray(kept.getvalue())
    content[54:62] = b"\xff" * 8
    return bytes(content)


def with_entities() -> bytes:
    """A workbook whose text would be read from a file of the server."""
    attack = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><x>&e;</x>'
    return zipped({"xl/workbook.xml": attack})


def pdf() -> bytes:
    return b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n"


def old_excel() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def many(count: int) -> bytes:
    rows = [(f"person{n}@northfield.org", f"Person {n}", f"Ward {n % 40}") for n in range(count)]
    return delimited([HEADER, *rows], delimiter=";", encoding="latin-1", line_end="\r\n")
