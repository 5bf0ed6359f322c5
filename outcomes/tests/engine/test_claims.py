"""No sentence is stronger than its data, and no claim that has no source stands anywhere."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes.engine.bands import BANDS, band_for, in_points
from outcomes.engine.claims import HIGHER, LITTLE, LOWER, TOO_FEW, UNCLEAR, claim_of, highest_level
from outcomes.engine.disclosure import tier
from outcomes.reports.outcome_views import OutcomeView

ROOT = Path(__file__).parents[3]
READ = ("templates", "curriculum", "instruments", "config/demo", "outcomes", "docs")
SUFFIXES = {".html", ".txt", ".md", ".yaml", ".yml", ".py", ".typ"}
# Handbook 9.1: figures without a source, and papers that nobody here holds.
FORBIDDEN = re.compile(
    r"satisfaction.{0,60}\b40\s?(%|percent)|\b40\s?(%|percent).{0,60}satisfaction"
    r"|adherence.{0,60}\b30\s?(%|percent)|\b30\s?(%|percent).{0,60}adherence"
    r"|Jimenez (&|and) Yu|Sadeq|Nielsen 2025|Bashir 2025",
    re.IGNORECASE | re.DOTALL,
)

PAIRS = st.integers(0, 200)
ENDS = st.tuples(
    st.floats(-50, 50, allow_nan=False).map(lambda value: round(value, 1)),
    st.floats(0, 30, allow_nan=False).map(lambda value: round(value, 1)),
)


def outcome(n, change, half):
    how = tier(n)
    shown = how != "nothing"
    return {
        "key": "warmth.total",
        "title": "Warmth",
        "tier": how,
        "n": n if shown else None,
        "of": 240,
        "change": change if shown else None,
        "low": round(change - half, 1) if shown else None,
        "high": round(change + half, 1) if shown else None,
        "better": (change > 0) if shown and change else None,
        "direction": "up",
        "range": [0, 100],
        "level": 4,
        "is_primary": True,
    }


def _view(data):
    return OutcomeView(
        data=data, claim=claim_of(data), band=None, protected_words="<8 or protected"
    )


def said(data):
    return _view(data).sentence


@given(PAIRS, ENDS)
def test_no_sentence_is_stronger_than_its_data(n, ends):
    change, half = ends
    data = outcome(n, change, half)
    claim, words = claim_of(data), said(data)

    if n < 8:
        assert claim.code == TOO_FEW
        assert not re.search(r"\d", words)
    elif n < 15:
        assert claim.code == LITTLE
        assert "too few to judge" in words
    elif data["low"] <= 0 <= data["high"]:
        assert claim.code == UNCLEAR
    else:
        assert claim.code == (HIGHER if change > 0 else LOWER)
    if claim.code not in (HIGHER, LOWER):
        assert "higher" not in words
        assert "lower" not in words
        assert claim.is_better is None
    if n >= 8:
        assert f"{n} of 240" in words
        assert "95% interval" in words
    # A cause is told of random allocation alone.
    assert not claim.tells_cause
    for word in ("proved", "reduces", "saves", "because", "caused", "thanks to", "effect"):
        assert word not in words


@pytest.mark.parametrize(
    ("p_holm", "is_chance"),
    [("", False), ("< .001", False), (".049", False), (".050", True), (".412", True)],
)
def test_a_change_that_correction_takes_away_says_so(p_holm, is_chance):
    data = outcome(30, 5.0, 2.0) | {"test": {"p": ".012", "p_holm": p_holm}}

    claim = claim_of(data, design="randomized_waitlist")

    assert claim.is_one_of_several is is_chance
    assert claim.tells_cause is not is_chance
    assert ("by chance" in said(data)) is is_chance


def test_those_who_did_not_answer_twice_are_reckoned_with_from_published_figures():
    view = _view(outcome(20, 6.2, 3.4) | {"of": 31})

    # 6.2·20/31 = 4.0 ± 3.4; the lower end is 0 where (20·6.2 + 11·x)/31 = 3.4.
    assert "mean of all 31 would be +4.0 and still clear" in view.attrition_words
    assert "changed by −1.7 on average" in view.attrition_words
    assert "no longer clear" in _view(outcome(20, 4.6, 3.4) | {"of": 31}).attrition_words
    assert _view(outcome(20, 3.0, 3.4) | {"of": 31}).attrition_words == ""  # nothing to lose
    assert _view(outcome(31, 6.2, 3.4) | {"of": 31}).attrition_words == ""  # nobody is missing
    assert _view(outcome(9, 6.2, 3.4) | {"of": 31}).attrition_words == ""  # too few to judge


def test_self_report_never_reaches_the_third_level():
    assert highest_level([outcome(40, 3.0, 1.0)]) == 2
    assert highest_level([outcome(7, 3.0, 1.0)]) is None


def test_the_forbidden_pattern_finds_what_it_is_for():
    for words in (
        "patient satisfaction rose by 40 %",
        "30% better adherence",
        "as Sadeq showed",
        "Jimenez & Yu",
    ):
        assert FORBIDDEN.search(words), words
    assert not FORBIDDEN.search("satisfaction of 91.09; adherence is not associated")


@pytest.mark.parametrize("folder", READ)
def test_no_claim_without_a_source_stands_anywhere(folder):
    found = [
        f"{path.relative_to(ROOT)}: {hit.group()}"
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in SUFFIXES and "tests" not in path.parts
        for hit in FORBIDDEN.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_like_is_compared_with_like_and_a_band_lies_on_the_better_side():
    free = band_for(instrument="ceas-others", is_controlled=False)
    assert (free.low, free.high) == (0.4, 0.7)
    assert band_for(instrument="cbi", is_controlled=False) is None
    assert in_points(free, sd=10.0, is_up=True) == (4.0, 7.0)
    assert in_points(free, sd=10.0, is_up=False) == (-7.0, -4.0)
    assert all(band.source and band.low < band.high for bands in BANDS.values() for band in bands)
