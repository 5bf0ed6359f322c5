import io

import pytest
from openpyxl import load_workbook

from core.workbooks import to_xlsx


def read_back(*cells):
    book = load_workbook(io.BytesIO(to_xlsx([("Sheet", ["a title"], [cells])])))
    return [cell.value for cell in list(book.active.rows)[1]]


@pytest.mark.parametrize("odd", ["\x00", "\x0b", "\ud800", "\ufffe", "\uffff"])
def test_a_character_that_xml_forbids_does_not_spoil_the_workbook(odd):
    assert read_back(f"Jo{odd}rg", 3) == ["Jorg", 3]


def test_a_formula_is_text():
    assert read_back("=1+1", "a\tb") == ["'=1+1", "a\tb"]
