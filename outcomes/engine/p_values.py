"""How a p-value is printed."""

from __future__ import annotations


def printed_p(value: float) -> str:
    """Three digits without a leading zero; below .001 no digits at all."""
    return "<.001" if value < 0.001 else f"{value:.3f}".lstrip("0")
