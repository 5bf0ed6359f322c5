"""Which cells of a published table must be hidden so that no small group can be worked out.

Exact, not heuristic: a table is safe if and only if no set of cells with fewer than k people has
its sum determined by what is published. That covers primary and complementary suppression and
hidden blocks that are too small (docs/adr/0010-small-groups.md).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from outcomes.engine.ledger import small_vectors

Cell = Hashable
_BRUTE_FORCE_CELLS = 14  # above this the exact search is replaced by "hide the next smallest"
_MOST_TRIED = 3000  # choices of one table that are looked at before it is not sought exactly


class Mask(NamedTuple):
    """What `protect` decided: three sets, to be taken apart or by name. Cells in `primary` and `complementary` look the same to a reader."""

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
    return _giveaway(sizes=sizes, hidden=hidden, spare=(), margins=margins, k=k) is not None


def _giveaway(
    *,
    sizes: Mapping[Cell, int],
    hidden: Collection[Cell],
    spare: Sequence[Cell],
    margins: Sequence[Collection[Cell]],
    k: int,
) -> frozenset[Cell] | None:
    """Return the cells of `spare` that the sum of totals which gives a small set away touches.

    It does so until one of them is hidden too. None if nothing is given away.
    """
    order = [cell for cell in sizes if cell in hidden and sizes[cell] > 0]
    order.sort(key=lambda cell: -sizes[cell])
    beside = [cell for cell in spare if cell not in hidden]
    rows = [[int(cell in margin) for cell in (*order, *beside)] for margin in margins]
    counts = [sizes[cell] for cell in order]
    found = next(small_vectors(rows, counts, k=k), None)
    if found is None:
        return None
    touched = found[1][len(order) :]
    return frozenset(cell for cell, value in zip(beside, touched, strict=True) if value)


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
    primary = {c for c, n in sizes.items() if 0 < n < k}
    primary |= {c for c in forced if sizes.get(c, 0) > 0}
    spare = [c for c, n in sizes.items() if n >= k and c not in primary]
    place = {cell: at for at, cell in enumerate(sizes)}
    for withheld_count in range(len(margins) + 1):
        choices = []
        for withheld in combinations(range(len(margins)), withheld_count):
            published = [m for i, m in enumerate(margins) if i not in withheld]

            def giveaway(
                extra: Collection[Cell], published: Sequence[Collection[Cell]] = published
            ) -> frozenset[Cell] | None:
                hidden = primary | set(extra)
                return _giveaway(sizes=sizes, hidden=hidden, spare=spare, margins=published, k=k)

            if giveaway(spare) is None:  # else hiding everything is not enough: no subset is
                choices.append((_fewest(spare, sizes, giveaway), withheld))
        if choices:
            # Fewest cells, then fewest people; ties keep the order of cells, then of margins.
            extra, kept_back = min(
                choices,
                key=lambda one: (
                    len(one[0]),
                    sum(sizes[cell] for cell in one[0]),
                    sorted(place[cell] for cell in one[0]),
                ),
            )
            return Mask(frozenset(primary), frozenset(extra), frozenset(kept_back))
    raise AssertionError("withholding every total is always safe")


class _TooMany(Exception):
    """The exact search would take too long."""


def _fewest(
    spare: Sequence[Cell],
    sizes: Mapping[Cell, int],
    giveaway: Callable[[Collection[Cell]], frozenset[Cell] | None],
) -> tuple[Cell, ...]:
    """Return the fewest cells to hide, of these the fewest people, of these the first declared.

    Each way found to give a set away names cells of which one at least must be hidden: only choices
    that meet all these demands are tried. The search branches over the cells of a demand not met.
    """
    demands: list[frozenset[Cell]] = []
    place = {cell: at for at, cell in enumerate(spare)}
    tried: dict[frozenset[Cell], frozenset[Cell] | None] = {}

    def unmet(chosen: frozenset[Cell]) -> frozenset[Cell] | None:
        """Return a demand that `chosen` does not meet, old or new; None if it is safe."""
        for demand in demands:
            if not demand & chosen:
                return demand
        if chosen not in tried:
            if len(tried) >= _MOST_TRIED:
                raise _TooMany
            tried[chosen] = found = giveaway(chosen)
            if found is not None:
                demands.append(found)
        return tried[chosen]

    def safe_sets(
        chosen: frozenset[Cell], barred: frozenset[Cell], left: int
    ) -> Iterator[frozenset[Cell]]:
        demand = unmet(chosen)
        if demand is None:
            yield chosen
        elif left:
            open_to = sorted(demand - barred, key=place.__getitem__)
            for at, cell in enumerate(open_to):
                yield from safe_sets(chosen | {cell}, barred | set(open_to[:at]), left - 1)

    def rank(chosen: frozenset[Cell]) -> tuple[int, list[int]]:
        return sum(sizes[cell] for cell in chosen), sorted(place[cell] for cell in chosen)

    try:
        for count in range(len(spare) + 1):
            found = min(safe_sets(frozenset(), frozenset(), count), key=rank, default=None)
            if found is not None:
                return tuple(sorted(found, key=place.__getitem__))
    except _TooMany:
        return _smallest_first(sizes, giveaway)
    raise AssertionError("hiding all spare cells was safe")


def _smallest_first(
    sizes: Mapping[Cell, int],
    giveaway: Callable[[Collection[Cell]], frozenset[Cell] | None],
) -> tuple[Cell, ...]:
    """Hide the smallest cell that meets each demand, then show again what need not be hidden."""
    chosen: list[Cell] = []
    while (demand := giveaway(chosen)) is not None:
        chosen.append(min(demand, key=lambda cell: (sizes[cell], str(cell))))
    for cell in sorted(chosen, key=lambda cell: -sizes[cell]):
        without = [one for one in chosen if one != cell]
        if giveaway(without) is None:
            chosen = without
    return tuple(chosen)


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
