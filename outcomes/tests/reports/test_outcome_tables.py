"""Tables of a release on paper and in files: every figure with its people, interval and weight."""

import io

import pytest
from openpyxl import load_workbook

from core.workbooks import to_xlsx
from outcomes.reports.outcome_report import outcome_report
from outcomes.reports.outcome_tables import COLUMNS, outcome_sheets
from outcomes.tests.reports.test_outcome_document import made, outcome, payload

GROUPS = [
    {"label": "ICU", "is_protected": False, "n": 19, "change": 5.0}
    | {"low": 2.1, "high": 7.9, "better": True},
    {"label": "Onc", "is_protected": False, "n": 9, "change": 4.0}
    | {"low": -0.2, "high": 8.2, "better": True},
    {"label": "Peds", "is_protected": True, "n": None},
]
TEXT = {"outcome", "instrument", "group", "g_correction", "extreme", "reliable_change"}
TEXT |= {"better", "breakdown", "sentence"}


def outcomes(**fields):
    main = outcome("ceas-others", 28, breakdowns={"unit": GROUPS}, title="Compassion", **fields)
    test = {"p": "<.001", "method": "paired t", "p_holm": ".049"}
    other = outcome("cbi", 25, direction="down", title="Burnout", breakdowns={"unit": GROUPS})
    other["test"] = test | {"wilcoxon": {"p": ".021", "method": "ranks"}}
    other |= {"change": -3.0, "low": -6.5, "high": 0.5}
    return [main, other]


def test_groups_stand_with_people_interval_and_a_word_for_the_small():
    report, data, _pdf, text, _seconds = made(outcomes())
    (table,) = data["tables"]

    assert [part["title"] for part in table["parts"]] == ["Compassion", "Burnout"]
    for part in table["parts"]:
        assert part["rows"] == [
            {"label": "ICU", "cells": ["19", "+5.0", "+2.1 to +7.9"]},
            {"label": "Onc", "cells": ["9, too few to judge", "+4.0", "−0.2 to +8.2"]},
            {"label": "Peds", "cells": [report.hidden_words]},
        ]
    assert "Onc 9, too few to judge +4.0 −0.2 to +8.2" in text


def test_an_outcome_without_any_shown_group_takes_one_line():
    main, other = outcomes()
    hidden = [{"label": one["label"], "is_protected": True, "n": None} for one in GROUPS]
    report, data, _pdf, text, _seconds = made([main, other | {"breakdowns": {"unit": hidden}}])
    (table,) = data["tables"]

    assert [part["title"] for part in table["parts"]] == ["Compassion"]
    assert f"ICU, Onc, Peds {report.hidden_words} for: Burnout." in text


def test_all_outcomes_at_a_glance_with_what_may_be_said():
    few = outcome("scs-sf", 9, title="Kindness", tier="few", test=None, effect=None)
    several = outcome("teq", 28, title="Empathy")
    several["test"] = several["test"] | {"p_holm": ".079"}
    worse = outcome("who-5", 28, title="Well-being", change=-4.2, low=-7.3, high=-1.1, better=False)
    report = made([*outcomes(), few, several, worse])[0]

    assert {row[0]: row[-1] for row in report.overview} == {
        "Compassion": "for the better",
        "Burnout": "no clear change",
        "Kindness": "too few to judge",
        "Empathy": "for the better, may be chance",
        "Well-being": "for the worse",
    }
    assert made([outcome("teq", 28)])[0].overview == []


def test_at_a_glance_a_lot_decides_what_may_be_said():
    main, other = outcomes()
    drawn = {"program": {"drawn": 30, "both": 28}, "waiting": {"drawn": 30, "both": 27}}
    drawn |= {"tier": "full", "change": 2.0, "low": -0.5, "high": 4.5, "better": True}
    drawn |= {"design": "randomized_waitlist", "method": "means", "g": None, "test": None}
    report = made([main | {"comparison": drawn}, other])[0]

    assert report.overview_head[3] == "Beside who waited (95% interval)"
    first, second = report.overview
    # The change of those who began is clear; beside those who waited it is not.
    assert first[3:] == ["+2.0 (−0.5 to +4.5)", "no clear difference"]
    assert second[3:] == ["not compared", "no clear change"]


def test_the_first_lines_say_which_way_is_better_and_what_to_do_about_worse():
    report, data, _pdf, _text, _seconds = made(outcomes())
    assert data["summary"][0]["text"].endswith("The scale runs from 10 to 100; higher is better.")
    assert "three months after the end" in report.suggestion
    assert "Self-rated empathy is not patient-experienced empathy." in report.method_note

    worse = made(outcomes(change=-4.2, low=-7.3, high=-1.1, better=False))[0]
    assert worse.suggestion.startswith("Ask people and the practice what lies behind it")
    later = outcome_report(payload(outcomes(), 28) | {"label": "followup"})
    assert "three months" not in later.suggestion


@pytest.mark.parametrize(("extreme", "said"), [("floor", "lowest end"), ("ceiling", "highest end")])
def test_who_began_at_an_end_of_the_scale_is_said(extreme, said):
    assert said in made(outcomes(extreme=extreme))[3]


def test_the_workbook_holds_numbers_as_numbers_and_explains_each_column():
    report = outcome_report(payload(outcomes(extreme="ceiling"), 28))
    book = load_workbook(io.BytesIO(to_xlsx(outcome_sheets(report))))
    head, *rows = book["Outcomes"].iter_rows(values_only=True)
    explained = {row[0] for row in book["Codebook"].iter_rows(min_row=2, values_only=True)}

    assert list(head) == list(COLUMNS)
    assert explained == set(head)
    assert len({row[1] for row in book["Codebook"].iter_rows(values_only=True)}) == len(head) + 1
    lines = [dict(zip(head, row, strict=True)) for row in rows]
    for line in lines:
        for column, cell in line.items():
            allowed = column in TEXT or cell in (None, report.hidden_words, "<.001")
            assert allowed or isinstance(cell, int | float), (column, cell)
    everybody, icu, onc, peds = lines[:4]
    assert (everybody["p"], everybody["d_low"], everybody["extreme"]) == (0.009, 0.1, "ceiling")
    assert (lines[4]["p"], lines[4]["p_holm"], lines[4]["p_wilcoxon"]) == ("<.001", 0.049, 0.021)
    assert (icu["breakdown"], icu["sentence"], onc["sentence"]) == (
        "unit",
        None,
        "Too few to judge.",
    )
    hidden = {column for column, cell in peds.items() if cell == report.hidden_words}
    assert hidden == {"n", "mean_change", "ci_low", "ci_high"}
