"""The report as a document: quick, readable by assistive technology, whole with ugly names."""

import io
from time import perf_counter

import pytest
from django.utils import timezone
from pypdf import PdfReader

from outcomes.models import Release
from outcomes.reports.outcome_document import document_data, outcome_pdf
from outcomes.reports.outcome_report import outcome_report

UGLY = '#set page(fill: red) \\ $x$ "«" <b>&amp; ' + "🙂 مرحبا " + "Donaudampfschifffahrt" * 4
WINDOW = {"opened_on": "2026-01-05", "closed_on": "2026-01-19"}


def outcome(key, n, **fields):
    made = {
        "key": f"{key}.total",
        "title": f"{key} {UGLY}"[:90],
        "instrument": key,
        "purpose": "What it asks about.",
        "range": [10, 100],
        "direction": "up",
        "level": 2,
        "is_primary": key == "ceas-others",
        "tier": "nothing",
        "n": None,
    }
    if n:
        made |= {
            "tier": "some",
            "n": n,
            "of": 40,
            "change": 4.2,
            "low": 1.1,
            "high": 7.3,
            "better": True,
            "before": {"mean": 60.1, "sd": 9.0},
            "after": {"mean": 64.3, "sd": 11.0},
            "effect": {
                "g": 0.41,
                "kind": "g_av",
                "correction": "4·(2n − 1) − 1",
                "low": 0.1,
                "high": 0.72,
                "interval": "bootstrap",
            },
            "test": {"p": ".009", "method": "paired t, two-sided", "p_holm": None}
            | {"wilcoxon": None},
            "reliable": None,
            "extreme": "",
            "breakdowns": {
                "unit": [
                    {"label": f"Unit {place} {UGLY}"[:120], "is_protected": place % 2 == 0}
                    | {"n": 9, "change": 4.0, "low": 0.2, "high": 7.8, "better": True}
                    for place in range(16)
                ]
            },
        }
    return made | fields


def payload(outcomes, both):
    return {
        "schema": 1,
        "number": 3,
        "organization": UGLY,
        "cohort": UGLY,
        "program": "Empathy",
        "version": "1.0",
        "as_of": "2026-03-01T12:00:00+00:00",
        "time_zone": "Europe/Vienna",
        "label": "end",
        "design": "uncontrolled",
        "baseline": WINDOW | {"label": "baseline"},
        "later": WINDOW | {"label": "end"},
        "thresholds": {"means": 8, "distributions": 10, "reliable_change": 20},
        "flow": {"enrolled": 40, "both": both, "band": "60–79%", "is_thin": both is None},
        "levels_withheld": False,
        "highest_level": 2 if both else None,
        "instruments": [
            {"title": "One", "version": "1", "licence": "free", "attribution": "Somebody 2017."}
        ],
        "outcomes": outcomes,
    }


def made(outcomes, both=28):
    report = outcome_report(payload(outcomes, both))
    release = Release(number=3, released_at=timezone.now())
    data = document_data(release=release, report=report, practice="Practice", paper="a4")
    start = perf_counter()
    body = outcome_pdf(release=release, report=report, practice="Practice", paper="a4")
    pdf = PdfReader(io.BytesIO(body))
    text = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    return report, data, pdf, text, perf_counter() - start


def figures(node):
    """Alternative texts of the structure tree."""
    node = node.get_object()
    if "/Alt" in node:
        yield str(node["/Alt"])
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        if hasattr(kid.get_object(), "get"):
            yield from figures(kid)


def test_eight_pages_with_ugly_names_are_quick_and_say_each_figure_in_words():
    keys = ["ceas-others", *(f"scale-{place}" for place in range(22))]
    report, data, pdf, text, seconds = made([outcome(key, 28) for key in keys])

    assert len(pdf.pages) >= 8
    assert seconds < 6  # two seconds on a quiet machine; the suite shares its cores
    assert pdf.trailer["/Root"]["/Lang"] == "en"
    assert "pdfuaid" in pdf.trailer["/Root"]["/Metadata"].get_data().decode()
    alts = list(figures(pdf.trailer["/Root"]["/StructTreeRoot"]))
    assert alts == [one["alt"] for one in data["outcomes"]]
    # The standard deviations are 10 on average: 0.4 to 0.7 of it are 4 to 7 points.
    assert "Shaded: published studies, +4.0 to +7.0 points." in alts[0]
    assert [one["chart"]["rows"][0]["band"] is None for one in data["outcomes"]] == [False] + [
        True
    ] * 22
    assert data["outcomes"][0]["chart"]["rows"][0]["band"] == pytest.approx(
        [0.589, 0.656], abs=0.001
    )
    assert "a roll-out to a whole unit should expect less" in text
    assert f"/ {len(pdf.pages)}" in pdf.pages[-1].extract_text().replace("\n", " ")
    assert report.outcomes[0].sentence in text


def test_a_band_is_drawn_on_the_better_side():
    _report, data, _pdf, _text, _seconds = made(
        [outcome("ceas-others", 28, direction="down", change=-4.2, low=-7.3, high=-1.1)]
    )
    low, high = data["outcomes"][0]["chart"]["rows"][0]["band"]
    assert low < high < 0.5


def test_where_all_is_hidden_the_document_says_so_and_shows_no_figure():
    _report, data, pdf, text, _seconds = made([outcome("ceas-others", None)], both=None)
    assert data["outcomes"] == []
    assert "Too few people answered both rounds to show figures" in text
    assert "<8 or protected" in text
    assert list(figures(pdf.trailer["/Root"]["/StructTreeRoot"])) == []
