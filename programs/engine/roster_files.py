"""Read a roster as it comes: any delimiter, encoding and line end, or a workbook; else say what it
is. Nothing here knows what the columns mean."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from programs.engine.roster_columns import EMAIL, guess_columns
from programs.engine.roster_sheets import SheetError, read_sheet, zip_kind

MAX_BYTES = 2 * 2**20
MAX_ROWS = 10_000
MAX_COLUMNS = 60
MAX_CELL = 400  # characters; longer than any name or address may be
DELIMITERS = ",;\t|"
_HEADER_WITHIN = 10  # rows in which a title above the header is looked past
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_SEPARATOR_LINE = re.compile(r'"?sep=([,;\t|])"?\n')


class RosterRow(NamedTuple):
    """`number` as the spreadsheet shows it; `cells` as long as the header."""

    number: int
    cells: tuple[str, ...]


class RosterTable(NamedTuple):
    header: tuple[str, ...]
    rows: tuple[RosterRow, ...]


class RosterFileError(Exception):
    """The file is no roster. `code`: empty, too_big, too_many_rows, no_rows, pdf, xls, zip,
    document, other_sheet, picture, html, bomb, damaged, binary."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_roster(content: bytes) -> RosterTable:
    """Return the table in `content`, which is judged by what it holds, never by its name.

    Blank rows are left out, row numbers are those of the file. A title above the header is looked
    past; without any header the columns are called A, B, C.

    Raises:
        RosterFileError: see there.
    """
    if not content.strip():
        raise RosterFileError("empty")
    if len(content) > MAX_BYTES:
        raise RosterFileError("too_big")
    kind = file_kind(content)
    if kind == "xlsx":
        try:
            numbered = list(read_sheet(content, max_rows=2 * MAX_ROWS, max_columns=MAX_COLUMNS))
        except SheetError as error:
            raise RosterFileError(error.code) from error
    elif kind:
        raise RosterFileError(kind)
    else:
        numbered = list(enumerate(_csv_rows(decode(content)), start=1))
    cleaned = [(number, [clean(cell) for cell in row[:MAX_COLUMNS]]) for number, row in numbered]
    return _table([(number, row) for number, row in cleaned if any(row)])


def file_kind(content: bytes) -> str:
    """Return "xlsx", "" for text, or what else the first bytes say it is."""
    start = content[:1024]
    if b"%PDF-" in start:
        return "pdf"
    if start.startswith(b"PK\x03\x04"):
        return zip_kind(content)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        return "xls"
    if start.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM")) and b"\0" in start:
        return "picture"
    if start.startswith((b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf")):
        return "zip"
    if start.startswith(b"{\\rtf"):
        return "document"
    if re.match(rb"(\xef\xbb\xbf)?\s*<(!doctype html|html|table|\?xml)", start, re.IGNORECASE):
        return "html"
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or _utf16_without_mark(content):
        return ""
    return "binary" if b"\0" in content else ""


def decode(content: bytes) -> str:
    """Return the text: by its byte-order mark, as UTF-8, else as Windows-1252 or Latin-1."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    if guess := _utf16_without_mark(content):
        return content.decode(guess, errors="replace")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def clean(cell: str) -> str:
    """Return one line without control and zero-width characters, composed, cut at `MAX_CELL`."""
    text = cell[: 4 * MAX_CELL]
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
        text = "".join(
            " " if kind == "Cc" else letter
            for letter in text
            if (kind := unicodedata.category(letter)) not in _DROPPED
        )
    elif not text.isprintable():
        text = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(text.split())[:MAX_CELL]


# Format (zero-width), lone surrogate, private use, unassigned.
_DROPPED = {"Cf", "Cs", "Co", "Cn"}


def _utf16_without_mark(content: bytes) -> str:
    sample = content[:1000]
    if len(sample) < 8 or b"\0" not in sample:
        return ""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if odd > 0.4 * len(sample) / 2 and not even:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 * len(sample) / 2 and not odd else ""


def _csv_rows(text: str) -> Iterable[list[str]]:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    delimiter = None
    if named := _SEPARATOR_LINE.match(text):  # written by Excel, shown by no spreadsheet
        delimiter, text = named[1], text[named.end() :]
    delimiter = delimiter or _sniff(text)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        # A quote that is never closed must not swallow the rows below it: read line by line.
        try:
            return [next(csv.reader([line], delimiter=delimiter), []) for line in text.split("\n")]
        except csv.Error as error:
            raise RosterFileError("damaged") from error


def _sniff(text: str) -> str:
    """The delimiter that cuts the first lines into equally many columns, more than one."""
    lines = [line for line in text.split("\n", 40)[:40] if line.strip()][:30]

    def score(delimiter: str) -> tuple[float, int]:
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row]
        except csv.Error:
            return (0.0, 0)
        wide = [width for width in widths if width > 1]
        if not wide:
            return (0.0, 0)
        usual = max(set(wide), key=wide.count)
        return (wide.count(usual) / len(widths), usual)

    return max(DELIMITERS, key=score)


def _table(numbered: Sequence[tuple[int, list[str]]]) -> RosterTable:
    if not numbered:
        raise RosterFileError("empty")
    place = _header_place(numbered)
    width = max(len(row) for _number, row in numbered)
    if place is None:
        header = [_letter(column) for column in range(width)]
        body = numbered
    else:
        header = list(numbered[place][1])
        header += [""] * (width - len(header))
        header = [name or _letter(column) for column, name in enumerate(header)]
        body = numbered[place + 1 :]
    if not body:
        raise RosterFileError("no_rows")
    if len(body) > MAX_ROWS:
        raise RosterFileError("too_many_rows")
    used = [
        column
        for column in range(width)
        if any(column < len(row) and row[column] for _number, row in body)
        or (place is not None and column < len(numbered[place][1]) and numbered[place][1][column])
    ]
    return RosterTable(
        tuple(header[column] for column in used),
        tuple(
            RosterRow(number, tuple(row[column] if column < len(row) else "" for column in used))
            for number, row in body
        ),
    )


def _header_place(numbered: Sequence[tuple[int, list[str]]]) -> int | None:
    for place, (_number, row) in enumerate(numbered[:_HEADER_WITHIN]):
        if any(_ADDRESS.fullmatch(cell) for cell in row):
            # A row of data. The row above it is the header, if it has as many names.
            return place - 1 if place and _looks_like_header(numbered[place - 1][1]) else None
        if EMAIL in guess_columns(row, []):
            return place
    return 0


def _looks_like_header(row: Sequence[str]) -> bool:
    return sum(bool(cell) for cell in row) > 1


def _letter(column: int) -> str:
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name
