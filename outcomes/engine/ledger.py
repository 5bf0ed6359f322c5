"""What all published aggregates together give away (measurement handbook, 7.2 and 7.3).

A row is the set of people behind one published mean or count of one variable. Atoms are the finest
groups: people who stand in exactly the same rows. Something is given away if a set of atoms of 1 to
k - 1 people has its 0/1 indicator in the row space of all rows. Exact: fractions, no floats.

A vector of the row space is fixed by its values at the pivots of the reduced rows. With columns in
descending size the pivots are the largest atoms, so only few of them can belong to a small set:
these 0/1 choices are enumerated and the other columns checked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from fractions import Fraction

Person = Hashable
Row = frozenset[Person]


def atoms_of(rows: Sequence[Row]) -> list[tuple[int, tuple[int, ...]]]:
    """Return (people, membership in each row as 0 or 1) for each atom, the largest first."""
    patterns: Counter[tuple[int, ...]] = Counter()
    for person in frozenset().union(*rows) if rows else ():
        patterns[tuple(int(person in row) for row in rows)] += 1
    return sorted(((count, key) for key, count in patterns.items()), key=lambda a: (-a[0], a[1]))


def exposed(rows: Iterable[Collection[Person]], *, k: int) -> int | None:
    """Return the size of a group of 1 to k - 1 people whose figure follows from `rows`, or None."""
    distinct = list(dict.fromkeys(frozenset(row) for row in rows if row))
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
) -> Iterator[tuple[int, list[Fraction]]]:
    """Yield with each size of `small_sets` the vector of the row space that gives it away.

    Rows may go on beyond the columns that `sizes` counts: such places are not looked at, but carried
    along, and tell which further columns the same sum of rows touches.
    """
    width = len(sizes)
    reduced, pivots = _reduce(matrix, width)
    usable = [row for row, pivot in enumerate(pivots) if sizes[pivot] < k]
    whole = len(matrix[0]) if matrix else 0

    def search(
        start: int, vector: list[Fraction], people: int
    ) -> Iterator[tuple[int, list[Fraction]]]:
        """Choose pivots to be 1, those before `start` being decided."""
        total = 0
        for column in range(width):
            if vector[column] == 1:
                total += sizes[column]
            elif vector[column] != 0:
                break
        else:
            if 0 < total < k:
                yield total, vector
        for place in range(start, len(usable)):
            row = usable[place]
            more = people + sizes[pivots[row]]
            if more < k:
                step = [vector[column] + reduced[row][column] for column in range(whole)]
                yield from search(place + 1, step, more)

    if pivots:
        yield from search(0, [Fraction(0)] * whole, 0)


def _reduce(matrix: Sequence[Sequence[int]], width: int) -> tuple[list[list[Fraction]], list[int]]:
    """Return the reduced row echelon form by the first `width` columns, and each row's pivot."""
    rows = [[Fraction(value) for value in row] for row in matrix]
    pivots: list[int] = []
    for column in range(width if rows else 0):
        place = len(pivots)
        found = next((i for i in range(place, len(rows)) if rows[i][column]), None)
        if found is None:
            continue
        rows[place], rows[found] = rows[found], rows[place]
        head = rows[place][column]
        rows[place] = [value / head for value in rows[place]]
        for i, row in enumerate(rows):
            if i != place and row[column]:
                factor = row[column]
                rows[i] = [a - factor * b for a, b in zip(row, rows[place], strict=True)]
        pivots.append(column)
    return rows[: len(pivots)], pivots
