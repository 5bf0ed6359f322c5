"""Scoring by each instrument's own rules: the handbook's self-tests, and properties."""

from pathlib import Path

import pytest
import yaml
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from outcomes.engine.instruments import faults, parse
from outcomes.engine.scoring import quality_flags, score

FULL = [100, 75, 50, 25, 0]


def scale(low, high):
    return {"points": {"options": [{"value": at, "label": str(at)} for at in range(low, high + 1)]}}


def made(*, items, reverse=(), scales=None, low=1, high=5, **subscale):
    keys = [str(number) for number in range(1, items + 1)]
    raw = {
        "id": "made",
        "version": "1.0.0",
        "title": "Made",
        "scales": scales or scale(low, high),
        "items": [
            {"id": key, "text": "x", "scale": "points", "reverse": int(key) in reverse}
            for key in keys
        ],
        "subscales": [{"key": "total", "title": "T", "items": keys, "direction": "up", **subscale}],
    }
    assert faults(raw) == []
    return parse(raw)


TEQ = made(
    items=16,
    reverse={2, 4, 7, 10, 11, 12, 14, 15},
    low=0,
    high=4,
    method="sum",
    range=[0, 64],
)
SCS_SF = made(items=12, reverse={1, 4, 8, 9, 11, 12}, method="mean", range=[1, 5])
BRS = made(items=6, reverse={2, 4, 6}, method="mean", range=[1, 5])
CBI_WORK = made(
    items=7,
    reverse={7},
    scales={"points": {"options": [{"value": at, "label": str(at)} for at in FULL]}},
    method="mean",
    range=[0, 100],
    missing={"at_least": 4},
)
CARE = made(items=10, method="sum", range=[10, 50], missing={"at_least": 8})


def total(definition, values):
    answers = dict(zip((item.key for item in definition.items), values, strict=True))
    return score(definition=definition, answers=answers)[0]


@pytest.mark.parametrize("answer", range(5))
def test_a_straight_line_through_teq_is_32(answer):
    assert total(TEQ, [answer] * 16).value == 32


@pytest.mark.parametrize("answer", range(1, 6))
@pytest.mark.parametrize("definition", [SCS_SF, BRS])
def test_a_straight_line_through_a_balanced_mean_is_its_middle(definition, answer):
    assert total(definition, [answer] * len(definition.items)).value == 3


def test_cbi_needs_four_and_takes_the_mean_of_what_is_answered():
    enough = total(CBI_WORK, [75, 50, None, 100, 25, None, None])
    few = total(CBI_WORK, [75, 50, None, None, None, None, None])

    assert (enough.value, enough.n_answered, enough.n_items, enough.prorated) == (62.5, 4, 7, True)
    assert (few.value, few.n_answered, few.prorated) == (None, 2, False)


def test_enough_energy_counts_the_other_way():
    assert total(CBI_WORK, [0, 0, 0, 0, 0, 0, 100]).value == 0


def test_care_with_two_missing_takes_the_persons_mean_and_with_three_none():
    assert total(CARE, [5, 5, 4, 4, 5, 5, 4, 4, None, None]).value == 45
    assert total(CARE, [5, 5, 4, 4, 5, 5, 4, None, None, None]).value is None


@pytest.mark.parametrize(
    ("items", "answered", "has_value"),
    [(5, 4, True), (5, 3, False), (10, 8, True), (10, 7, False), (7, 6, True), (7, 5, False)],
)
def test_without_a_rule_of_its_own_four_fifths_are_needed(items, answered, has_value):
    definition = made(items=items, method="sum", range=[items, 5 * items])
    found = total(definition, [3] * answered + [None] * (items - answered))
    assert (found.value is not None) is has_value
    assert found.value in (None, 3 * items)


def test_a_multiplier_follows_the_sum():
    who = made(items=5, low=0, high=5, method="sum", multiplier=4, range=[0, 100])
    assert total(who, [3, 3, 2, 3, 2]).value == 52


def test_an_answer_off_the_scale_is_refused():
    with pytest.raises(ValueError, match="not on its scale"):
        total(BRS, [1, 2, 3, 4, 5, 6])


@given(st.lists(st.one_of(st.none(), st.integers(1, 5)), min_size=12, max_size=12))
def test_a_value_stays_in_range_and_mirrors_with_its_answers(values):
    found = total(SCS_SF, values)
    mirrored = total(SCS_SF, [None if value is None else 6 - value for value in values])

    assert (found.value is None) == (sum(value is not None for value in values) < 10)
    if found.value is not None:
        assert 1 <= found.value <= 5
        assert found.value + mirrored.value == pytest.approx(6)


def test_quality_is_flagged_never_dropped():
    assert quality_flags(answers=[3] * 6, elapsed_ms=[900] * 6) == ("longstring", "fast")
    assert quality_flags(answers=[3] * 5, elapsed_ms=[2000] * 5) == ()
    assert quality_flags(answers=[None, 3, 2], elapsed_ms=[None] * 3, is_duplicate=True) == (
        "duplicate",
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"range": [1, 6]}, "reach 1 to 5"),
        ({"items": ["1", "9"]}, "known items"),
        ({"missing": {"at_least": 7}}, "more items than it has"),
    ],
)
def test_a_definition_that_contradicts_itself_is_named(change, said):
    raw = {
        "id": "made",
        "version": "1",
        "title": "Made",
        "scales": scale(1, 5),
        "items": [{"id": key, "text": "x", "scale": "points"} for key in "123456"],
        "subscales": [
            {
                "key": "total",
                "title": "T",
                "items": list("123456"),
                "method": "mean",
                "range": [1, 5],
                "direction": "up",
            }
            | change
        ],
    }
    assert said in faults(raw)[0]


SHIPPED = Path(settings.BASE_DIR, "instruments")


@pytest.mark.parametrize(
    ("key", "answer", "values"),
    [
        ("teq", 4, [32]),
        ("brs", 1, [3]),
        ("psychological-safety", 7, [(4 * 7 + 3 * 1) / 7]),
        ("pss-10", 4, [24]),
        ("who-5", 5, [100]),
        ("maas", 6, [6]),
        ("sseit", 5, [30 * 5 + 3]),
        ("wleis", 7, [7, 7, 7, 7]),
        ("iri", 4, [5 * 4, 4 * 4, 5 * 4, 5 * 4]),
        ("proqol-5", 5, [50, 5 * 5 + 5, 50]),
        ("olbi", 4, [2.5, 2.5]),
        ("ffmq-15", 5, [15, 11, 3, 3, 15]),
        ("pfi", 4, [4, 4, 4, 4]),
        ("mbi-hss", 6, [54, 30, 48]),
        ("jse-hp", 7, [10 * 7 + 10]),
    ],
)
def test_the_keys_of_licensed_instruments_are_those_of_the_handbook(key, answer, values):
    raw = yaml.safe_load((SHIPPED / key / "1.0.0.yaml").read_text())
    definition = parse(raw)
    answers = dict.fromkeys(definition.by_key, answer)

    assert not any(item.text for item in definition.items)
    scored = score(definition=definition, answers=answers)
    assert [one.value for one in scored] == pytest.approx(values)
