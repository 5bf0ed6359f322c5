"""Which cells of a published table must be hidden so that no small group can be worked out.

Exact, not heuristic: a table is safe if and only if no set of cells with fewer than k people has
its sum determined by what is published. That covers primary and complementary suppression and
hidden blocks that are too small (docs/adr/0010-small-groups.md).
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from outcomes.engine.ledger import small_sets

Cell = Hashable
_BRUTE_FORCE_CELLS = 14  # above this the exact search is replaced by "hide the next smallest"


@dataclass(frozen=True)
class Mask:
    """What `protect` decided. Cells in `primary` and `complementary` look the same to a reader."""

    primary: frozenset[Cell]
    complementary: frozenset[Cell]
    withheld: frozenset[int]  # positions in `margins` of totals that must not be published

    @property
    def hidden(self) -> frozenset[Cell]:
        return self.primary | self.complementary


def is_exposed(
    *,
    sizes: Mapping[Cell, int],
    hidden: Collection[Cell],
    margins: Sequence[Collection[Cell]],
    k: int,
) -> bool:
    """Tell whether the published totals give away a hidden set of 1 to k − 1 people.

    Args:
        sizes: people per cell.
        hidden: cells whose figures are not published; all others are.
        margins: the published totals, each as the cells it adds up.
        k: the smallest group that may be known.
    """
    order = [cell for cell in sizes if cell in hidden and sizes[cell] > 0]
    order.sort(key=lambda cell: -sizes[cell])
    rows = [[int(cell in margin) for cell in order] for margin in margins]
    rows = [row for row in rows if any(row)]
    counts = [sizes[cell] for cell in order]
    return next(small_sets(rows, counts, k=k), None) is not None


def protect(
    *,
    sizes: Mapping[Cell, int],
    margins: Sequence[Collection[Cell]],
    k: int,
    forced: Collection[Cell] = (),
) -> Mask:
    """Hide as little as possible so that nothing below k can be derived.

    Args:
        sizes: people per cell, in the declared order, which also breaks ties.
        margins: published totals, each as the cells it adds up.
        k: the smallest group that may be shown (5 for progress).
        forced: cells hidden already by a stricter rule; what k hides, larger k hide too.

    Returns:
        The mask with the fewest extra cells; totals are withheld only if hiding cells is not enough.
    """
    primary = {c for c, n in sizes.items() if 0 < n < k} | {c for c in forced if sizes[c] > 0}
    spare = [c for c, n in sizes.items() if n >= k and c not in primary]
    for withheld_count in range(len(margins) + 1):
        choices = []
        for withheld in combinations(range(len(margins)), withheld_count):
            published = [m for i, m in enumerate(margins) if i not in withheld]

            def safe(
                extra: Collection[Cell], published: Sequence[Collection[Cell]] = published
            ) -> bool:
                hidden = primary | set(extra)
                return not is_exposed(sizes=sizes, hidden=hidden, margins=published, k=k)

            if safe(spare):  # else hiding everything is not enough: no subset can do better
                choices.append((_fewest(spare, sizes, safe), withheld))
        if choices:
            # Fewest cells, then fewest people; ties keep the order of cells, then of margins.
            extra, kept_back = min(
                choices, key=lambda one: (len(one[0]), sum(sizes[cell] for cell in one[0]))
            )
            return Mask(frozenset(primary), frozenset(extra), frozenset(kept_back))
    raise AssertionError("withholding every total is always safe")


def _fewest(spare: Sequence[Cell], sizes: Mapping[Cell, int], safe) -> tuple[Cell, ...]:  # type: ignore[no-untyped-def]
    if len(spare) > _BRUTE_FORCE_CELLS:
        by_size = sorted(spare, key=lambda cell: sizes[cell])
        return next(tuple(by_size[:n]) for n in range(len(spare) + 1) if safe(by_size[:n]))
    for count in range(len(spare) + 1):
        candidates = [chosen for chosen in combinations(spare, count) if safe(chosen)]
        if candidates:
            # Ties: fewest people hidden, then the declared order (combinations keep it).
            return min(candidates, key=lambda chosen: sum(sizes[cell] for cell in chosen))
    raise AssertionError("hiding all spare cells was safe")


def hidden_splits(
    *, splits: Mapping[Cell, tuple[int, int]], hidden: Collection[Cell], k: int
) -> frozenset[Cell]:
    """Choose the groups whose split into two (done or not) must be hidden beside `hidden` ones.

    Both sums over all groups are published, and the size of each group not in `hidden`. A split
    with 1 to k - 1 people on a side is hidden. What then follows by subtraction are the two sums
    over all groups without a shown split, and nothing else; so groups are added, the fewest and
    then the smallest, until neither of these sums is 1 to k - 1. If no choice does that, every
    split is hidden: then the sums are only the published ones again.

    Args:
        splits: the two counts of each group.
        hidden: groups whose size is hidden already.
        k: the smallest group that may be shown.
    """
    small = {
        cell
        for cell, counts in splits.items()
        if cell not in hidden and any(0 < count < k for count in counts)
    }
    spare = sorted(
        splits.keys() - small - set(hidden), key=lambda cell: (sum(splits[cell]), str(cell))
    )

    def is_safe(extra: Collection[Cell]) -> bool:
        unknown = small | set(hidden) | set(extra)
        sums = [sum(splits[cell][side] for cell in unknown) for side in (0, 1)]
        return not any(0 < total < k for total in sums)

    for count in range(len(spare) + 1):
        choices = (
            combinations(spare, count) if len(spare) <= _BRUTE_FORCE_CELLS else [spare[:count]]
        )
        for extra in choices:
            if is_safe(extra):
                return frozenset(small | set(extra))
    return frozenset(splits.keys() - set(hidden))
