"""How much may be said of how many, and how coarsely."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes.engine.disclosure import (
    choose_breakdowns,
    merged_categories,
    rounded,
    rounded_percent,
    threshold,
    tier,
)


def people(name: str, count: int) -> frozenset[str]:
    return frozenset(f"{name}{number}" for number in range(count))


def breakdowns(groups, *, alike=(), k=8):
    """The labels shown beside the total, where everybody of the groups `alike` answered the same."""
    everybody = frozenset().union(*groups.values())
    same = {groups[label] for label in alike}
    same.add(frozenset().union(*same))
    chosen, is_safe = choose_breakdowns(
        everybody=everybody,
        tables={"unit": groups},
        smallest={"unit": {label: len(group) for label, group in groups.items()}},
        published=[],
        k=k,
        is_alike=lambda members: members in same,
    )
    assert is_safe
    return set(chosen["unit"])


UNITS = {"ICU": people("i", 14), "ED": people("e", 12), "Onc": people("o", 9)}


def test_a_unit_of_one_answer_is_hidden_and_another_with_it():
    assert breakdowns(UNITS) == {"ICU", "ED", "Onc"}
    # ICU alone would be the total less the others: the smallest goes with it.
    assert breakdowns(UNITS, alike=["ICU"]) == {"ED"}
    # Two alike: what is left over beside ED would tell both.
    assert breakdowns(UNITS, alike=["ICU", "Onc"]) == set()


def test_a_small_unit_takes_the_one_of_one_answer_along():
    units = UNITS | {"Peds": people("p", 3)}
    assert breakdowns(units) == {"ICU", "ED"}  # Peds, and Onc for its sake
    assert breakdowns(units, alike=["ED"]) == {"ICU"}


@pytest.mark.parametrize(
    ("value", "words"), [(0.04, 0.0), (0.05, 0.1), (-0.05, -0.1), (-0.04, 0.0), (12.449, 12.4)]
)
def test_one_decimal_half_away_from_zero(value, words):
    assert rounded(value) == words
    assert str(rounded(value)) != "-0.0"


def test_percentages_to_five():
    assert [rounded_percent(x) for x in (0, 0.02, 0.025, 0.33, 0.99, 1)] == [0, 0, 5, 35, 100, 100]


def test_a_contract_raises_a_floor_and_never_lowers_it():
    assert [threshold("means", asked) for asked in (1, 8, 12)] == [8, 8, 12]
    assert tier(11, k=12) == "nothing"
    assert [tier(n) for n in (7, 8, 14, 15, 29, 30)] == [
        "nothing",
        "few",
        "few",
        "some",
        "some",
        "full",
    ]


@given(st.lists(st.integers(0, 12), min_size=2, max_size=7))
def test_no_category_of_one_or_two_and_none_of_everybody(counts):
    merged = merged_categories(counts)
    if merged is None:
        return
    assert [place for first, last in merged for place in range(first, last + 1)] == list(
        range(len(counts))
    )
    sizes = [sum(counts[first : last + 1]) for first, last in merged]
    assert all(size == 0 or 3 <= size < sum(counts) for size in sizes)


def test_categories_merge_with_a_neighbor_or_are_withheld():
    assert merged_categories([10, 6, 2, 2]) == [(0, 0), (1, 1), (2, 3)]
    assert merged_categories([14, 5, 1]) == [(0, 0), (1, 2)]  # 14 improved, 6 not
    assert merged_categories([0, 20, 0]) is None  # everybody
    assert merged_categories([18, 2]) is None
