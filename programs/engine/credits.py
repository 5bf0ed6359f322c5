"""Continuing-education credit: what may be claimed, in quarter hours, rounded down.

60 minutes are one AMA PRA Category 1 credit or one nursing contact hour, in quarter steps (Boston
University CME, 2006; Colorado Nurses Association). The source permits rounding to the nearest
quarter; we round down.
"""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal

QUARTER = Decimal("0.25")


def claimable(*, minutes: int, maximum: Decimal) -> Decimal:
    """Return min(maximum, ⌊4 · minutes ÷ 60⌋ ÷ 4): never more than the time taken.

    Args:
        minutes: eligible ones, not negative.
        maximum: of the offer, in credits.

    Raises:
        ValueError: negative minutes.
    """
    if minutes < 0:
        raise ValueError(f"{minutes} minutes")
    quarters = (Decimal(4) * minutes / 60).to_integral_value(rounding=ROUND_FLOOR)
    return min(maximum, quarters / 4)


def is_quarter(amount: Decimal) -> bool:
    return amount % QUARTER == 0
