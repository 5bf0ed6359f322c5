"""Shares of a group: numbers between nothing and one, never words."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import mean, median


def share(part: float, whole: float) -> float | None:
    """Return `part` ÷ `whole`; None if there is nothing to divide by."""
    return part / whole if whole else None


def middle(values: Iterable[float]) -> float | None:
    """Return the median; None of nothing."""
    found = list(values)
    return median(found) if found else None


def average(values: Iterable[float]) -> float | None:
    found = list(values)
    return mean(found) if found else None
