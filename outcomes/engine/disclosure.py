"""What of an outcome a reader outside the practice gets at a given number of pairs, and how rounded
(measurement handbook, 5.2 and 7.1)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from outcomes.engine.ledger import exposed
from outcomes.engine.suppression import protect

NOTHING, FEW, SOME, FULL = "nothing", "few", "some", "full"
FLOORS = {"means": 8, "distributions": 10, "reliable_change": 20}

Member = Any


def tier(n: int, *, k: int = FLOORS["means"]) -> str:
    """Return how much `n` pairs may say: nothing, a change and its interval, then g and p, then all."""
    if n < max(k, FLOORS["means"]):
        return NOTHING
    if n < 15:
        return FEW
    return SOME if n < 30 else FULL


def threshold(family: str, asked: int) -> int:
    """Return the smallest group: a contract raises it, never lowers it."""
    return max(FLOORS[family], asked)


def one_decimal(value: float) -> float:
    """Rounded half away from zero, never a negative zero."""
    return float(int(abs(value) * 10 + 0.5) / 10) * (-1 if value < 0 else 1) or 0.0


def rounded(value: float | None) -> float | None:
    """One decimal, as `one_decimal`; None stays None."""
    return None if value is None else one_decimal(value)


def rounded_percent(share: float) -> int:
    """A percentage to the nearest five."""
    return int(share * 20 + 0.5) * 5


def merged_categories(counts: Sequence[int], *, smallest: int = 3) -> list[tuple[int, int]] | None:
    """Merge neighboring answers until each count is 0 or `smallest` and none is everybody.

    Returns:
        (first position, last position) of each merged category, or None to withhold all.
    """
    total = sum(counts)
    groups = [(place, place) for place in range(len(counts))]

    def size(group: tuple[int, int]) -> int:
        return sum(counts[group[0] : group[1] + 1])

    while len(groups) > 1:
        small = next((i for i, one in enumerate(groups) if 0 < size(one) < smallest), None)
        if small is None:
            break
        # Toward the smaller neighbor: the rest keeps its detail.
        beside = [i for i in (small - 1, small + 1) if 0 <= i < len(groups)]
        other = min(beside, key=lambda i: (size(groups[i]), i))
        first, last = sorted((small, other))
        groups[first : last + 1] = [(groups[first][0], groups[last][1])]
    if any(0 < size(one) < smallest or size(one) == total for one in groups):
        return None
    return groups


def choose_breakdowns(
    *,
    everybody: Collection[Member],
    tables: Mapping[str, Mapping[str, Collection[Member]]],
    smallest: Mapping[str, Mapping[str, int]],
    published: Sequence[Collection[Member]],
    k: int,
    is_alike: Callable[[frozenset[Member]], bool] = lambda _members: False,
) -> tuple[dict[str, frozenset[str]], bool]:
    """Choose which groups of which tables may be shown beside the total.

    Each table is masked by itself, on its smallest number of people over all figures. Then all rows
    together, and those published before, are tested; tables that give something away are left out,
    the last named first.

    Args:
        everybody: the people behind the total.
        tables: name -> label -> people. All of one table are disjoint and make up everybody.
        smallest: name -> label -> people of the figure with the fewest.
        published: rows released before, of the same variable.
        k: the smallest group that may be known.
        is_alike: tells whether all of these answered the same, so that who knows the figure knows
            each of them.

    Returns:
        (table -> labels that are shown, whether even the total is safe). An unsafe total has no
        tables.
    """
    masks = {}
    for name, groups in tables.items():
        sizes: dict[Any, int] = {label: smallest[name][label] for label in groups}
        mask = protect(sizes=sizes, margins=[list(sizes)], k=k)
        # A total that had to be withheld for this table: the total goes before the table.
        shown = [] if mask.withheld else [one for one in groups if one not in mask.hidden]
        masks[name] = _without_alike([label for label in shown if groups[label]], groups, is_alike)
    names = list(tables)
    while True:
        rows = [frozenset(everybody)]
        rows += [frozenset(tables[name][label]) for name in names for label in masks[name]]
        if exposed([*published, *rows], k=k) is None:
            return {name: masks[name] if name in names else frozenset() for name in tables}, True
        if not names:
            return {name: frozenset() for name in tables}, False
        names.pop()


def _without_alike(
    shown: list[str],
    groups: Mapping[str, Collection[Member]],
    is_alike: Callable[[frozenset[Member]], bool],
) -> frozenset[str]:
    """Hide groups that answered all the same, and the smallest others until the rest differ too:
    the rest is the total less what is shown."""
    kept = sorted(
        (label for label in shown if not is_alike(frozenset(groups[label]))),
        key=lambda label: -len(groups[label]),
    )
    while kept:
        rest = frozenset().union(*(groups[label] for label in groups if label not in kept))
        if not rest or not is_alike(rest):
            break
        kept.pop()
    return frozenset(kept)
