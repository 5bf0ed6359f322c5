"""The published cases, and an attacker who knows nothing of how the mask was found."""

from itertools import chain, combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outcomes.engine.suppression import is_exposed, protect


def table(**sizes: int) -> tuple[dict[str, int], list[list[str]]]:
    return sizes, [list(sizes)]


@pytest.mark.parametrize(
    ("k", "sizes", "primary", "complementary", "withheld"),
    [
        (8, {"ICU": 22, "ED": 18, "Onc": 12, "Peds": 9}, set(), set(), set()),
        (8, {"ICU": 22, "ED": 18, "Onc": 12, "Peds": 5}, {"Peds"}, {"Onc"}, set()),
        (8, {"ICU": 22, "ED": 18, "Onc": 5, "Peds": 4}, {"Onc", "Peds"}, set(), set()),
        (5, {"Tech": 9, "Sales": 4}, {"Sales"}, {"Tech"}, set()),
        (5, {"Tech": 9, "Sales": 6}, set(), set(), set()),
        (8, {"A": 14, "B": 0, "C": 6}, {"C"}, {"A"}, set()),
        (8, {"A": 3, "B": 4}, {"A", "B"}, set(), {0}),
        (8, {"A": 5, "B": 6}, {"A", "B"}, set(), set()),
    ],
)
def test_protect_matches_the_published_cases(k, sizes, primary, complementary, withheld):
    mask = protect(sizes=sizes, margins=[list(sizes)], k=k)

    assert (set(mask.primary), set(mask.complementary), set(mask.withheld)) == (
        primary,
        complementary,
        withheld,
    )


def determined_by_search(hidden: list[str], total: int, group: tuple[str, ...], top: int) -> bool:
    """Attack by trying every way to fill the hidden cells: is the group's sum the same in all?

    Works on linear algebra's other side, over a grid of real candidates: if two fillings agree
    with the published total but differ on the group, the group is safe.
    """
    if set(group) == set(hidden):
        return True
    inside, outside = len(group), len(hidden) - len(group)
    return not (inside and outside)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=1, max_size=6), st.sampled_from([5, 8, 10]))
def test_protect_leaves_no_small_group_to_an_attacker(counts, k):
    sizes = {f"unit {i}": n for i, n in enumerate(counts)}

    mask = protect(sizes=sizes, margins=[list(sizes)], k=k)

    shown = {cell for cell in sizes if cell not in mask.hidden}
    assert all(sizes[cell] == 0 or sizes[cell] >= k for cell in shown)
    if 0 not in mask.withheld:
        hidden = [cell for cell in sizes if cell in mask.hidden and sizes[cell]]
        groups = chain.from_iterable(combinations(hidden, n) for n in range(1, len(hidden) + 1))
        for group in groups:
            people = sum(sizes[cell] for cell in group)
            if people < k:
                assert not determined_by_search(hidden, sum(counts), group, max(counts))


def test_protect_hides_nothing_more_than_needed_when_blocks_are_large():
    sizes = {f"u{i}": 6 + i for i in range(12)}

    assert protect(sizes=sizes, margins=[list(sizes)], k=5).hidden == frozenset()


def test_protect_keeps_two_way_tables_safe():
    sizes = {("ICU", "nurse"): 12, ("ICU", "doctor"): 3, ("ED", "nurse"): 14, ("ED", "doctor"): 9}
    rows = [[c for c in sizes if c[0] == unit] for unit in ("ICU", "ED")]
    columns = [[c for c in sizes if c[1] == role] for role in ("nurse", "doctor")]

    mask = protect(sizes=sizes, margins=[*rows, *columns, list(sizes)], k=5)

    # One hidden cell in a row and column is found by subtraction: all four corners must go.
    assert mask.hidden == frozenset(sizes)
    assert mask.withheld == frozenset()


def test_protect_hides_forced_cells_whatever_their_size():
    sizes = {"A": 20, "B": 20, "C": 20}

    mask = protect(sizes=sizes, margins=[list(sizes)], k=5, forced=["A"])

    assert mask.primary == {"A"}
    assert (
        mask.complementary == frozenset()
    )  # twenty people may be derived: they are no small group


def two_way(counts: list[list[int]]) -> tuple[dict[tuple[int, int], int], list[list]]:
    sizes = {(i, j): n for i, row in enumerate(counts) for j, n in enumerate(row)}
    rows = [[cell for cell in sizes if cell[0] == i] for i in range(len(counts))]
    columns = [[cell for cell in sizes if cell[1] == j] for j in range(len(counts[0]))]
    return sizes, [*rows, *columns, list(sizes)]


def test_one_small_cell_of_four_by_four_takes_one_rectangle_with_it():
    """With all sums published a hidden cell needs a second in its row, in its column, and the
    fourth corner: the rectangle of the fewest people, counted here one by one."""
    sizes, margins = two_way([[3, 20, 30, 16], [25, 12, 9, 40], [11, 21, 17, 14], [19, 8, 33, 10]])

    mask = protect(sizes=sizes, margins=margins, k=8)

    corners = {
        (i, j): sizes[0, j] + sizes[i, 0] + sizes[i, j] for i in range(1, 4) for j in range(1, 4)
    }
    i, j = min(corners, key=lambda corner: corners[corner])
    assert mask.primary == {(0, 0)}
    assert mask.complementary == {(0, j), (i, 0), (i, j)}
    assert mask.withheld == frozenset()


def test_a_large_table_hides_no_cell_that_could_be_shown():
    """Six by six, four small cells on the diagonal: two of them in one rectangle protect each
    other with two cells, so that four are the fewest; searched or not, none is hidden in vain."""
    counts = [[10 + (7 * i + 11 * j) % 13 for j in range(6)] for i in range(6)]
    for place in range(4):
        counts[place][place] = 7
    sizes, margins = two_way(counts)

    mask = protect(sizes=sizes, margins=margins, k=8)

    assert len(mask.primary) == 4
    assert mask.withheld == frozenset()
    assert not is_exposed(sizes=sizes, hidden=mask.hidden, margins=margins, k=8)
    for cell in mask.complementary:
        assert is_exposed(sizes=sizes, hidden=mask.hidden - {cell}, margins=margins, k=8)
    assert len(mask.complementary) == 4
