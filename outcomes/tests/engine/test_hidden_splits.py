"""No hidden split can be worked out: an attacker adds and subtracts all that is published."""

from itertools import combinations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from outcomes.engine.suppression import hidden_splits, protect
from outcomes.tests.attacker import rank

K = 5


def test_a_single_small_side_is_not_given_away_by_the_total():
    # 18 of 30 are good and B's 10 stand there: A's 8 of 10 would follow, and so its two others.
    splits = {"A": (8, 2), "B": (10, 10)}

    assert hidden_splits(splits=splits, hidden=(), k=K) == {"A", "B"}


def test_nothing_is_hidden_without_need():
    splits = {"A": (5, 5), "B": (10, 0), "C": (0, 9)}

    assert hidden_splits(splits=splits, hidden=(), k=K) == frozenset()


def test_two_small_ones_cover_each_other():
    splits = {"A": (8, 3), "B": (9, 4), "C": (10, 10)}

    assert hidden_splits(splits=splits, hidden=(), k=K) == {"A", "B"}


def test_a_hidden_group_may_need_a_partner():
    # B's size is hidden; with A and C shown, its 2 good ones would follow.
    splits = {"A": (8, 5), "B": (2, 9), "C": (10, 10)}

    assert hidden_splits(splits=splits, hidden=("B",), k=K) == {"A"}


def is_determined(chosen, cells, margins) -> bool:
    """Whether the sum over `chosen` cells follows from the sums over `margins`, cells unknown."""
    rows = [[int(cell in margin) for cell in cells] for margin in margins]
    return rank([*rows, [int(cell in chosen) for cell in cells]]) == rank(rows)


groups = st.dictionaries(
    st.sampled_from("ABC"),
    st.tuples(st.integers(0, 12), st.integers(0, 12)),
    min_size=1,
)


@settings(max_examples=100, deadline=None)
@given(groups)
def test_no_published_sum_gives_a_small_side_away(splits):
    sizes = {cell: sum(counts) for cell, counts in splits.items()}
    totals = [sum(counts[side] for counts in splits.values()) for side in (0, 1)]
    assume(not any(0 < total < K for total in totals))  # the cohort's own figures say that
    assume(sum(totals) >= K)
    hidden = protect(sizes=sizes, margins=[list(sizes)], k=K).hidden
    unsplit = hidden_splits(splits=splits, hidden=hidden, k=K)
    people = {(cell, side): splits[cell][side] for cell in splits for side in (0, 1)}
    unknown = [key for key in people if key[0] in hidden | unsplit]
    margins = [[key for key in unknown if key[1] == side] for side in (0, 1)]
    margins += [[(cell, 0), (cell, 1)] for cell in unsplit]

    assert not [n for key, n in people.items() if key not in unknown and 0 < n < K]
    for count in range(1, len(unknown) + 1):
        for chosen in combinations(unknown, count):
            if 0 < sum(people[key] for key in chosen) < K:
                assert not is_determined(chosen, unknown, margins), chosen
