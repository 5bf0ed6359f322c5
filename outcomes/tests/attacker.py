"""Somebody with linear algebra and patience: tries every small group, with none of our shortcuts."""

from fractions import Fraction
from itertools import combinations


def rank(rows) -> int:
    """Gauss by columns, written apart from the engine's."""
    rows, found = [list(map(Fraction, row)) for row in rows], 0
    for column in range(len(rows[0]) if rows else 0):
        for place in range(found, len(rows)):
            if rows[place][column] != 0:
                rows[found], rows[place] = rows[place], rows[found]
                for below in range(found + 1, len(rows)):
                    ratio = rows[below][column] / rows[found][column]
                    rows[below] = [
                        x - ratio * y for x, y in zip(rows[below], rows[found], strict=True)
                    ]
                found += 1
                break
    return found


def attack(rows, sizes, k) -> bool:
    """Try every set of columns of 1 to k - 1 people against the row space."""
    base = rank(rows)
    small = [column for column, size in enumerate(sizes) if 0 < size < k]
    for count in range(1, len(small) + 1):
        for chosen in combinations(small, count):
            if sum(sizes[column] for column in chosen) < k:
                indicator = [int(column in chosen) for column in range(len(sizes))]
                if rank([*rows, indicator]) == base:
                    return True
    return False
