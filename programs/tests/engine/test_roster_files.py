import codecs
import csv
import io

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from programs.engine.roster_files import (
    MAX_BYTES,
    MAX_ROWS,
    RosterFileError,
    RosterTable,
    read_roster,
)
from programs.tests.rosters import files

ROWS = tuple((number, cells) for number, cells in enumerate(files.PEOPLE, start=2))


def refusal(content: bytes) -> str:
    with pytest.raises(RosterFileError) as refused:
        read_roster(content)
    return refused.value.code


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("encoding", "bom"),
    [
        ("utf-8", b""),
        ("utf-8", codecs.BOM_UTF8),
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
        ("utf-16-le", b""),
        ("latin-1", b""),
        ("cp1252", b""),
    ],
)
def test_every_dialect_gives_the_same_table(delimiter, line_end, encoding, bom):
    content = files.delimited(delimiter=delimiter, line_end=line_end, encoding=encoding, bom=bom)

    assert read_roster(content) == RosterTable(files.HEADER, ROWS)


def test_a_workbook_gives_the_same_table():
    assert read_roster(files.workbook()) == RosterTable(files.HEADER, ROWS)


def test_a_hidden_first_sheet_is_passed_over():
    assert read_roster(files.workbook(hidden_first=True)).header == files.HEADER


def test_workbook_cells_of_other_kinds_become_text():
    rows = [("Email", "Badge", "Left"), ("a@x.org", 12.0, True), ("b@x.org", 1.5, None)]

    assert [row.cells for row in read_roster(files.workbook(rows)).rows] == [
        ("a@x.org", "12", "TRUE"),
        ("b@x.org", "1.5", ""),
    ]


def test_row_numbers_are_those_of_the_file():
    content = b"Email,Name\n\n a@x.org ,Asha\n,,\n\nb@x.org,Tom\n"

    assert [row.number for row in read_roster(content).rows] == [3, 6]


def test_a_line_break_in_quotes_is_one_row():
    content = b'Email,Unit\na@x.org,"Intensive\ncare"\nb@x.org,ED\n'

    assert read_roster(content).rows == (
        (2, ("a@x.org", "Intensive care")),
        (3, ("b@x.org", "ED")),
    )


def test_a_quote_never_closed_swallows_no_rows():
    content = b'Email,Name\na@x.org,"Asha\nb@x.org,Tom\nc@x.org,Jo\n'

    assert [row.cells[0] for row in read_roster(content).rows] == ["a@x.org", "b@x.org", "c@x.org"]


def test_a_title_above_the_header_is_looked_past():
    content = files.delimited(before="Staff list, spring\r\n\r\n", line_end="\r\n")
    table = read_roster(content)

    assert table.header == files.HEADER
    assert [row.number for row in table.rows] == [4, 5, 6]


def test_a_file_without_header_is_given_letters():
    table = read_roster(b"a@x.org,Asha\nb@x.org,Tom\n")

    assert table.header == ("A", "B")
    assert [row.number for row in table.rows] == [1, 2]


def test_excels_separator_line_is_obeyed():
    table = read_roster(b"sep=;\nEmail;Name\na@x.org;Nair, Asha\n")

    assert table.rows == ((2, ("a@x.org", "Nair, Asha")),)


def test_invisible_characters_are_dropped():
    content = "Email,Name\n\u200ba@x.org\u00a0,As\u200dha\u0000\n".encode()

    assert read_roster(content.replace(b"\0", b"")).rows[0].cells == ("a@x.org", "Asha")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"  \r\n \n", "empty"),
        (b"\xef\xbb\xbf\n", "empty"),
        (b"Email,Name\n", "no_rows"),
        (b"a" * (MAX_BYTES + 1), "too_big"),
        (files.pdf(), "pdf"),
        (files.old_excel(), "xls"),
        (files.zipped({"list.csv": b"x"}), "zip"),
        (files.zipped({"word/document.xml": b"<x/>"}), "document"),
        (files.zipped({"content.xml": b"<x/>"}), "other_sheet"),
        (files.workbook()[:900], "damaged"),
        (files.zipped({"xl/workbook.xml": b"<x/>"}), "damaged"),
        (files.damaged_lzma(), "damaged"),
        (files.bomb(), "bomb"),
        (files.with_entities(), "bomb"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "picture"),
        (b"<!DOCTYPE html><table></table>", "html"),
        (b"{\\rtf1 hello}", "document"),
        (b"a,b\n\0\0\0\0c", "binary"),
    ],
)
def test_other_files_are_named(content, code):
    assert refusal(content) == code


def test_more_rows_than_allowed_are_refused():
    assert len(read_roster(files.many(MAX_ROWS)).rows) == MAX_ROWS
    assert refusal(files.many(MAX_ROWS + 1)) == "too_many_rows"


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
@example(b"PK\x03\x04")
@example(b'"')
@example(b"\xff\xfe\x00")
@example(b"a\x00b\x00c\x00d\x00e")
def test_any_bytes_are_read_or_refused(content):
    try:
        table = read_roster(content)
    except RosterFileError:
        return
    assert table.rows
    assert {len(row.cells) for row in table.rows} == {len(table.header)}
    assert all(cell.isprintable() for row in table.rows for cell in row.cells)


WORDS = st.text(st.characters(codec="latin-1", categories=["L", "N", "P"]), min_size=1, max_size=12)


@settings(max_examples=200, deadline=None)
@given(
    rows=st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=8),
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_what_a_spreadsheet_writes_is_what_we_read(rows, delimiter, encoding, line_end):
    people = [(f"p{n}@x.org", *row) for n, row in enumerate(rows)]
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=line_end, quoting=csv.QUOTE_ALL)
    writer.writerows([("Email", "Name", "Unit"), *people])

    table = read_roster(text.getvalue().encode(encoding))

    assert [row.cells for row in table.rows] == people
