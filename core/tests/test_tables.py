import csv
import io
from datetime import UTC, datetime

import pytest

from core.tables import csv_response, neutral, to_csv


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "\u200b=1", "＝1", "\r=1", "\ttext"],
)
def test_what_starts_like_a_formula_becomes_text(cell):
    assert str(neutral(cell)).startswith("'")


@pytest.mark.parametrize("cell", ["Asha", "a=b", "1-2", "o'neil", "", "é"])
def test_other_text_stays(cell):
    assert neutral(cell) == cell


def test_numbers_stay_numbers_and_nothing_is_empty():
    assert [neutral(cell) for cell in (-5, 0.5, None, True)] == [-5, 0.5, "", "yes"]


def test_rows_come_back_from_the_file():
    content = to_csv(["Name", "Note"], [["Jörg", 'says "hi"\nthere'], ["=1", None]])

    assert content.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))) == [
        ["Name", "Note"],
        ["Jörg", 'says "hi"\nthere'],
        ["'=1", ""],
    ]


def test_a_moment_names_its_zone():
    assert neutral(datetime(2026, 5, 1, 7, tzinfo=UTC)) == "2026-05-01T07:00+00:00"


def test_the_file_name_is_plain():
    response = csv_response(name='Spring "nurses"/ø\r\n', header=["a"], rows=[])

    assert response["Content-Disposition"] == 'attachment; filename="spring-nurses.csv"'
    assert "no-store" in response["Cache-Control"]
