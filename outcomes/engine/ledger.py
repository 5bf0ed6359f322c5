"""What all published aggregates together give away (measurement handbook, 7.2 and 7.3).

A row is the set of people behind one published mean or count of one variable. Atoms are the finest
groups: people who stand in exactly the same rows. Something is given away if a set of atoms of 1 to
k - 1 people has its 0/1 indicator in the row space of all rows. Exact: fractions, no floats.

A vector of the row space is fixed by its values at the pivots of the reduced rows. With columns in
descending size the pivots are the largest atoms, so only few of them can belong to a small set:
these 0/1 choices are enumerated and the other columns checked, as soon as they are decided.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import lcm

Person = Hashable
Number = int | Fraction
_Row = tuple[list[Number], int]  # reduced, with the people of its pivot if that is fresh
FRESH_SHARE = 0.6
Row = frozenset[Person]


def atoms_of(rows: Sequence[Row]) -> list[tuple[int, tuple[int, ...]]]:
    """Return (people, membership in each row as 0 or 1) for each atom, the largest first."""
    patterns: Counter[tuple[int, ...]] = Counter()
    for person in frozenset().union(*rows) if rows else ():
        patterns[tuple(int(person in row) for row in rows)] += 1
    return sorted(((count, key) for key, count in patterns.items()), key=lambda a: (-a[0], a[1]))


def exposed(rows: Iterable[Collection[Person]], *, k: int) -> int | None:
    """Return how many people a figure that follows from `rows` is of, if 1 to k - 1; else None.

    Two rows that differ by few people tell the difference of these, even if some are in the one
    and some in the other: of one who left and one who came, each could work the other out.
    """
    distinct = list(dict.fromkeys(frozenset(row) for row in rows if row))
    for first, second in combinations(distinct, 2):
        if len(first ^ second) < k:
            return len(first ^ second)
    atoms = atoms_of(distinct)
    sizes = [count for count, _pattern in atoms]
    matrix = [[pattern[place] for _count, pattern in atoms] for place in range(len(distinct))]
    return next(small_sets(matrix, sizes, k=k), None)


def is_safe(
    *, published: Iterable[Collection[Person]], candidate: Iterable[Collection[Person]], k: int
) -> bool:
    """Tell whether `candidate` rows may join those `published` of the same variable."""
    return exposed([*published, *candidate], k=k) is None


def small_sets(matrix: Sequence[Sequence[int]], sizes: Sequence[int], *, k: int) -> Iterator[int]:
    """Yield the sizes, 1 to k - 1, of column sets whose indicator is in the row space.

    Args:
        matrix: published rows over columns; the columns in descending order of `sizes`.
        sizes: people of each column.
    """
    return (people for people, _vector in small_vectors(matrix, sizes, k=k))


def small_vectors(
    matrix: Sequence[Sequence[int]], sizes: Sequence[int], *, k: int
) -> Iterator[tuple[int, list[Number]]]:
    """Yield with each size of `small_sets` the vector of the row space that gives it away.

    Rows may go on beyond the columns that `sizes` counts: such places are not looked at, but carried
    along, and tell which further columns the same sum of rows touches.

    Rows without a column in common are searched apart: a set across them has a part in one. Not every
    set is yielded, but one if there is any.
    """
    forms = _forms(matrix, sizes)
    # The fresh pivots of no two forms overlap: in one of them a small set has at most this many.
    limit = (k - 1) // max(1, len(forms))
    for form in forms:
        usable = [(row, fresh) for row, people, fresh in form if people < k and fresh <= limit]
        for rows in _apart(usable, len(sizes)):
            for taken, total in _choices(rows, sizes, k=k, limit=limit):
                chosen = [rows[place][0] for place in taken]
                yield total, [sum(column) for column in zip(*chosen, strict=True)]


def _forms(
    matrix: Sequence[Sequence[int]], sizes: Sequence[int]
) -> list[list[tuple[list[Number], int, int]]]:
    """Return the rows reduced by other columns each time: (row, people of its pivot, if fresh).

    The pivots of a form are taken from columns that were no pivot before, as far as these reach, and
    there is no further form once they do not reach for most of the rows.
    """
    fresh = set(range(len(sizes)))
    forms: list[list[tuple[list[Number], int, int]]] = []
    rows: Sequence[Sequence[Number]] = matrix
    while True:
        rows, pivots = _reduce(rows, sorted(range(len(sizes)), key=lambda at: at not in fresh))
        own = fresh.intersection(pivots)
        if not own or len(own) < FRESH_SHARE * len(pivots):
            return forms
        forms.append(
            [
                (list(row), sizes[pivot], sizes[pivot] if pivot in own else 0)
                for row, pivot in zip(rows, pivots, strict=True)
            ]
        )
        fresh -= own


def _apart(rows: Sequence[_Row], width: int) -> list[list[_Row]]:
    """Return the rows in groups that share no column, each in an order that keeps columns short."""
    left = [(row, {column for column in range(width) if row[0][column]}) for row in rows]
    groups = []
    while left:
        left.sort(key=lambda one: -len(one[1]))
        group, seen = list[_Row](), set[int]()
        while near := [one for one in left if not group or one[1] & seen]:
            # The row that opens the fewest new columns: what is open gets decided soon.
            chosen = min(near, key=lambda one: len(one[1] - seen))
            left.remove(chosen)
            group.append(chosen[0])
            seen |= chosen[1]
        groups.append(group)
    return groups


@dataclass(frozen=True)
class _Cell:
    """A place of a row other than zero, and what later rows can still add to its column."""

    column: int
    value: int
    less: int  # at most so much is taken away, and so much added
    more: int
    whole: int  # what stands for 1 in this column: its fractions are multiplied up
    people: int
    is_last: bool


def _cells(rows: Sequence[_Row], sizes: Sequence[int]) -> list[list[_Cell]]:
    found: list[list[_Cell]] = [[] for _row in rows]
    for column, people in enumerate(sizes):
        whole = lcm(*(Fraction(row[column]).denominator for row, _people in rows))
        less = more = 0
        for place in range(len(rows) - 1, -1, -1):
            value = int(rows[place][0][column] * whole)
            if value:
                is_last = not (less or more)
                found[place].append(_Cell(column, value, less, more, whole, people, is_last))
                less, more = less + min(value, 0), more + max(value, 0)
    return found


def _choices(
    rows: Sequence[_Row], sizes: Sequence[int], *, k: int, limit: int
) -> Iterator[tuple[tuple[int, ...], int]]:
    """Yield the rows to add up, each once, for a set of 1 to k - 1 people, and how many they are.

    Row by row, to take it or not; a choice is left as soon as some column can no longer be 0 or 1,
    or the set has too many people. Args: limit: the most people of fresh pivots.
    """
    cells = _cells(rows, sizes)
    values = [0] * len(sizes)

    def can_be(cell: _Cell) -> bool:
        low, high = values[cell.column] + cell.less, values[cell.column] + cell.more
        return low <= 0 <= high or (cell.people < k and low <= cell.whole <= high)

    def search(
        place: int, taken: tuple[int, ...], people: int, pivots: int
    ) -> Iterator[tuple[tuple[int, ...], int]]:
        if place == len(rows):
            if taken:
                yield taken, people
            return
        for is_taken in (True, False):
            more = pivots + rows[place][1] * is_taken
            if more > limit:
                continue
            for cell in cells[place] if is_taken else ():
                values[cell.column] += cell.value
            if all(can_be(cell) for cell in cells[place]):
                total = people + sum(
                    cell.people for cell in cells[place] if cell.is_last and values[cell.column]
                )
                if total < k:
                    chosen = (*taken, place) if is_taken else taken
                    yield from search(place + 1, chosen, total, more)
            for cell in cells[place] if is_taken else ():
                values[cell.column] -= cell.value

    yield from search(0, (), 0, 0)


def _reduce(
    matrix: Sequence[Sequence[Number]], columns: Sequence[int]
) -> tuple[list[list[Number]], list[int]]:
    """Return the reduced row echelon form by `columns` in their order, and each row's pivot.

    Whole numbers stay such, which is quick; a fraction is exact.
    """
    rows: list[list[Number]] = [list(row) for row in matrix]
    pivots: list[int] = []
    for column in columns if rows else ():
        place = len(pivots)
        found = next((i for i in range(place, len(rows)) if rows[i][column]), None)
        if found is None:
            continue
        rows[place], rows[found] = rows[found], rows[place]
        head = rows[place][column]
        if head != 1:
            rows[place] = [_whole(Fraction(value) / head) for value in rows[place]]
        beside = [(at, value) for at, value in enumerate(rows[place]) if value]
        for i, row in enumerate(rows):
            factor = row[column]
            if i != place and factor:
                for at, value in beside:
                    row[at] = _whole(row[at] - factor * value)
        pivots.append(column)
    return rows[: len(pivots)], pivots


def _whole(value: Number) -> Number:
    return value if isinstance(value, int) or value.denominator > 1 else value.numerator
