"""One failing row for every rule of the file (handbook, measurement.md 8.2), and ugly files."""

from datetime import date
from decimal import Decimal

import pytest

from outcomes.engine.indicator_files import HEADERS, MAX_BYTES, read_indicators

TODAY = date(2025, 6, 30)
UNITS = ["ICU", "Ward 3, east"]
GOOD = "safety_event_rate,ICU,2025-01-01,2025-01-31,4,1310,,,,Incident system; all severities"
CARE = "care_mean,,2025-01-01,2025-03-31,,,41.2,6.8,212,Outpatient exit survey"


COMMAS = ",".join(HEADERS)


def file_of(*rows, header=COMMAS):
    return "\n".join([header, *rows]).encode()


def read(*rows, known=(), **fields):
    return read_indicators(file_of(*rows, **fields), units=UNITS, today=TODAY, known=known)


def codes(reading):
    return {(one.line, one.column, one.code) for one in reading.errors}


def test_the_example_of_the_handbook_is_read():
    reading = read(GOOD, CARE)

    assert reading.errors == ()
    assert reading.new == 2
    events, care = reading.figures
    assert (events.unit, events.numerator, events.denominator) == ("ICU", 4, 1310)
    assert float(events.value) == pytest.approx(4000 / 1310)
    assert (care.unit, care.mean, care.sd, care.n) == ("", Decimal("41.2"), Decimal("6.8"), 212)


def row(**fields):
    cells = dict(zip(HEADERS, GOOD.split(","), strict=True)) | fields
    return ",".join(f'"{cells[name]}"' for name in HEADERS)


def care(**fields):
    return row(
        **{"indicator": "care_mean", "numerator": "", "denominator": "", "mean": "41.2", "n": "30"}
        | fields
    )


def staff(**fields):
    return row(**{"indicator": "staff_burnout", "numerator": "4", "denominator": "30"} | fields)


REFUSED = {
    "2 unknown indicator": (row(indicator="happiness"), "indicator", "indicator"),
    "2 capital letters": (row(indicator="Safety_event_rate"), "indicator", "indicator"),
    "2 foreign unit": (row(unit="NICU"), "unit", "unit"),
    "3 not ISO": (row(period_start="01/01/2025"), "period_start", "date"),
    "3 no such day": (row(period_end="2025-02-30"), "period_end", "date"),
    "3 order": (row(period_start="2025-02-01"), "period_end", "order"),
    "3 future": (row(period_start="2025-06-01", period_end="2025-07-01"), "period_end", "future"),
    "3 a year and a day": (
        row(period_start="2024-01-01", period_end="2025-01-01"), "period_end", "too_long",
    ),
    "5 below zero": (row(numerator="-1"), "numerator", "negative"),
    "5 no cases": (row(denominator="0", numerator="0"), "denominator", "positive"),
    "5 missing": (row(numerator=""), "numerator", "missing"),
    "5 mean in a rate": (row(mean="3"), "mean", "not_empty"),
    "5 n in a rate": (row(n="30"), "n", "not_empty"),
    "5 half an event": (row(numerator="4.5"), "numerator", "whole"),
    "5 above its denominator": (staff(numerator="31"), "numerator", "above_denominator"),
    "6 mean below": (care(mean="9.9"), "mean", "range"),
    "6 mean above": (care(mean="50.1"), "mean", "range"),
    "6 no n": (care(n=""), "n", "missing"),
    "6 half a form": (care(n="30.5"), "n", "whole"),
    "6 sd": (care(sd="40.1"), "sd", "range"),
    "6 negative sd": (care(sd="-1"), "sd", "range"),
    "6 numerator in a mean": (care(numerator="3"), "numerator", "not_empty"),
    "7 comma": (row(numerator="4,0"), "numerator", "number"),
    "7 thousands": (row(denominator="1,310"), "denominator", "number"),
    "7 percent": (care(mean="41%"), "mean", "number"),
    "7 NaN": (care(mean="NaN"), "mean", "number"),
    "7 infinity": (care(mean="inf"), "mean", "number"),
    "7 exponent": (row(denominator="1e4"), "denominator", "number"),
    "7 other digits": (row(numerator="٤"), "numerator", "number"),
    "7 formula": (row(numerator="=4"), "numerator", "number"),
    "8 ten patients": (row(denominator="10"), "denominator", "too_small"),
    "8 ten forms": (care(n="10"), "n", "too_small"),
    "8 nine staff": (staff(denominator="9"), "denominator", "too_small"),
    "9 no note": (row(source_note=""), "source_note", "note"),
    "9 two letters": (row(source_note="ab"), "source_note", "note"),
    "9 long note": (row(source_note="x" * 301), "source_note", "note"),
    "9 address": (row(source_note="ask jo@ward.example"), "source_note", "personal"),
    "9 number": (row(source_note="record 12345678"), "source_note", "personal"),
}  # fmt: skip


@pytest.mark.parametrize("rule", REFUSED)
def test_a_row_that_breaks_a_rule_is_named_with_line_column_and_reason(rule):
    bad, column, code = REFUSED[rule]
    reading = read(CARE, bad)

    assert codes(reading) == {(3, column, code)}
    assert reading.figures == ()  # all or nothing
    assert reading.errors[0].reason.endswith(".")


ALLOWED = {
    "8 eleven patients": row(denominator="11"),
    "8 eleven forms": care(n="11", sd=""),
    "8 ten staff": staff(denominator="10"),
    "5 half a headcount": staff(indicator="staff_turnover", denominator="30.5"),
    "5 half a day": staff(indicator="sick_leave", numerator="1.5", denominator="300.5"),
    "3 one year": row(period_start="2024-02-29", period_end="2025-02-28"),
    "3 today": row(period_start="2025-06-01", period_end="2025-06-30"),
    "2 any case of a unit": row(unit="icu"),
    "9 seven digits": row(source_note="form 1234567"),
    "9 at": row(source_note="asked @ the door"),
}


@pytest.mark.parametrize("rule", ALLOWED)
def test_a_row_at_the_edge_of_a_rule_is_read(rule):
    assert read(ALLOWED[rule]).errors == ()


def test_a_rate_above_its_denominator_is_a_warning():
    reading = read(row(numerator="1311"))

    assert reading.errors == ()
    assert [(one.line, one.column) for one in reading.warnings] == [(2, "numerator")]


def month(number, **fields):
    ends = {1: "2025-01-31", 2: "2025-02-28", 3: "2025-03-31", 4: "2025-04-30"}
    return row(period_start=f"2025-0{number}-01", period_end=ends[number], **fields)


def test_periods_of_a_series_do_not_overlap_and_are_about_equally_long():
    overlap = read(month(1), row(period_start="2025-01-31", period_end="2025-02-27"))
    other_series = read(month(1), row(unit="", period_start="2025-01-31", period_end="2025-02-27"))
    quarter = read(month(1), row(period_start="2025-02-01", period_end="2025-04-30"))
    gap = read(month(1), month(2), month(4))

    assert codes(overlap) == {(3, "period_start", "overlap")}
    assert other_series.errors == ()
    assert codes(quarter) == {(3, "period_end", "length")}
    assert gap.errors == ()


def test_what_is_known_counts_for_overlap_and_length():
    known = read(month(1), month(2)).figures
    known = [type(one)(**{**vars(one), "line": 0}) for one in known]

    assert codes(read(row(period_start="2025-02-10", period_end="2025-03-09"), known=known)) == {
        (2, "period_start", "overlap")
    }
    assert codes(read(row(period_start="2025-03-01", period_end="2025-03-20"), known=known)) == {
        (2, "period_end", "length")
    }


def test_the_same_row_again_is_unchanged_and_another_value_is_a_change():
    known = [type(one)(**{**vars(one), "line": 0}) for one in read(month(1), month(2)).figures]
    reading = read(month(1), month(2, numerator="7"), month(3), known=known)

    assert (reading.unchanged, reading.changed, reading.new) == (1, 1, 1)


def test_a_key_twice_in_a_file_is_an_error_even_if_it_says_the_same():
    assert (3, "period_start", "twice") in codes(read(GOOD, GOOD))


def test_what_looks_odd_is_warned_of():
    reading = read(
        month(1),
        month(2, numerator="5"),
        month(3, numerator="900", denominator="600", source_note="Another system"),
    )

    assert reading.errors == ()
    assert {(one.line, one.code) for one in reading.warnings} == {
        (4, "far_off"),
        (4, "size_jump"),
        (4, "definition"),
        (4, "above_denominator"),
    }


@pytest.mark.parametrize(("denominator", "warned"), [("1965", 0), ("1966", 1), ("654", 1)])
def test_a_size_may_change_by_half_without_a_word(denominator, warned):
    reading = read(month(1), month(2, denominator=denominator))

    assert [one.code for one in reading.warnings].count("size_jump") == warned


def test_a_row_that_is_known_is_not_warned_of_again():
    odd = month(2, denominator="300", source_note="Another system")
    known = [type(one)(**{**vars(one), "line": 0}) for one in read(month(1), odd).figures]

    assert read(month(1), odd).warnings != ()
    assert read(month(1), odd, known=known).warnings == ()


SEMICOLON = ";".join(HEADERS)
UGLY = {
    "Latin-1": (file_of("x").replace(b"x", "Füße".encode("latin-1")), 2, "encoding"),
    "UTF-16": (file_of(GOOD).decode().encode("utf-16"), 1, "encoding"),
    "NUL bytes": (file_of(GOOD, "a\0b"), 3, "binary"),
    "too large": (b"x" * (MAX_BYTES + 1), 0, "too_big"),
    "nothing": (b" \r\n", 0, "empty"),
    "a header alone": (file_of(), 2, "no_rows"),
    "5,001 rows": (file_of(*[GOOD] * 5001), 5002, "too_many_rows"),
    "a header twice": (file_of(GOOD, header=",".join([*HEADERS, "unit"])), 1, "header"),
    "a header missing": (file_of(GOOD, header=",".join(HEADERS[:-1])), 1, "header"),
    "a header of its own": (file_of(GOOD, header=",".join([*HEADERS, "organization"])), 1, "header"),
    "an open quotation mark": (file_of(GOOD, '"open'), 3, "quotes"),
    "a million headers": (b"a," * 1_000_000 + b"\n1", 1, "header"),
    "a note of a megabyte": (file_of(GOOD.replace("Incident", "x" * 130_000)), 2, "note"),
    "a cell beyond all": (file_of(GOOD.replace("Incident", "x" * 140_000)), 2, "quotes"),
    "a cell too many": (file_of(GOOD + ",x"), 2, "cells"),
}  # fmt: skip


@pytest.mark.parametrize("name", UGLY)
def test_an_ugly_file_is_refused_with_a_reason(name):
    content, line, code = UGLY[name]
    reading = read_indicators(content, units=UNITS, today=TODAY)

    assert [(one.line, one.code) for one in reading.errors] == [(line, code)]
    assert reading.figures == ()


def test_a_byte_order_mark_other_line_ends_any_order_and_blank_lines_are_fine():
    turned = ",".join(reversed(HEADERS))
    cells = list(reversed(GOOD.split(",")))
    content = b"\xef\xbb\xbf" + f"{turned}\r\n\r\n{','.join(cells)}\r\n".encode()

    assert read_indicators(content, units=UNITS, today=TODAY).new == 1


def test_a_file_with_semicolons_may_write_decimal_commas():
    line = "care_mean;;2025-01-01;2025-03-31;;;41,2;6.8;212;Exit survey, spring"
    reading = read_indicators(file_of(line, header=SEMICOLON), units=UNITS, today=TODAY)

    assert reading.figures[0].mean == Decimal("41.2")


def test_lines_are_counted_as_an_editor_does_across_quoted_line_ends():
    first = GOOD.replace("Incident system", '"Incident\nsystem').replace(
        "severities", 'severities"'
    )
    reading = read(first, row(unit="Ward 3, east", numerator="x"))

    assert codes(reading) == {(4, "numerator", "number")}


def test_a_note_that_looks_like_a_formula_is_read_as_text():
    assert read(row(source_note="=1+1 of the system")).figures[0].source_note.startswith("=")
