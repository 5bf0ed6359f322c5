"""Points of a scale in words."""

from __future__ import annotations

from django.utils.formats import number_format

from outcomes.engine.disclosure import one_decimal


def points(value: float | None) -> str:
    """One decimal in the reader's format; a hyphen-minus never stands for a minus."""
    # number_format alone would cut digits off.
    return "–" if value is None else number_format(one_decimal(value), 1).replace("-", "−")


def signed(value: float | None) -> str:
    if value is None:
        return "–"
    return f"+{points(value)}" if one_decimal(value) > 0 else points(value)
