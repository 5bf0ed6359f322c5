"""Read the first sheet of an Excel workbook without trusting it."""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

MAX_UNZIPPED = 50 * 2**20
MAX_RATIO = 100
# A document type is how XML names files to fetch and entities that grow; no workbook needs one.
_FORBIDDEN = [
    word.encode(encoding)
    for word in ("<!DOCTYPE", "<!ENTITY")
    for encoding in ("ascii", "utf-16-le", "utf-16-be")
]
# Others may ask for gigabytes of memory before the first byte; no spreadsheet writes them.
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN = (
    zipfile.BadZipFile,
    InvalidFileException,
    zlib.error,
    OSError,
    EOFError,
    SyntaxError,  # malformed XML
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    NotImplementedError,
    RuntimeError,
    ArithmeticError,
)


class SheetError(Exception):
    """`code`: "bomb" or "damaged"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def zip_kind(content: bytes) -> str:
    """Say what a zip file holds: xlsx, document, other_sheet or zip; "damaged" if it is cut."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except _BROKEN:
        return "damaged"
    if any(name.startswith("xl/") for name in names):
        return "other_sheet" if "xl/workbook.bin" in names else "xlsx"
    if any(name.startswith(("word/", "ppt/")) for name in names):
        return "document"
    if "content.xml" in names or any(name.startswith("Index/") for name in names):
        return "other_sheet"  # OpenDocument, Numbers
    return "zip"


def read_sheet(
    content: bytes, *, max_rows: int, max_columns: int
) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of the first visible sheet with their numbers; formulas by their last value.

    Raises:
        SheetError: "bomb": it unpacks to too much, or holds a document type; "damaged".
    """
    _check_archive(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions that do not matter here
            book = load_workbook(
                io.BytesIO(content), read_only=True, data_only=True, keep_links=False
            )
            sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
            if not sheets:
                raise SheetError("damaged")
            sheet = sheets[0]
            sheet.reset_dimensions()  # many programs write a wrong extent
            for number, row in enumerate(
                sheet.iter_rows(max_row=max_rows, max_col=max_columns, values_only=True), start=1
            ):
                yield number, [_text(value) for value in row]
    except _BROKEN as error:
        raise SheetError("damaged") from error


def _check_archive(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            unzipped = sum(part.file_size for part in parts)
            if unzipped > MAX_UNZIPPED or unzipped > MAX_RATIO * len(content):
                raise SheetError("bomb")
            if any(part.compress_type not in _PACKINGS for part in parts):
                raise SheetError("damaged")
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    text = archive.read(part)  # no more than the size it declares
                    if any(word in text for word in _FORBIDDEN):
                        raise SheetError("bomb")
    except _BROKEN as error:
        raise SheetError("damaged") from error


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case float() if value.is_integer():
            return str(int(value))
        case datetime() | date() | time():
            return value.isoformat()
        case str() if value.startswith("#") and value.rstrip("!?").isupper():
            return ""  # "#REF!", "#N/A": a formula that failed
    return str(value)
