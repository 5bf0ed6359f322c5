"""Hours of contracts: the one balance that consultants and organization admins both see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coaching.models import HoursEntry

if TYPE_CHECKING:
    from programs.models import Engagement


@dataclass(frozen=True)
class Hours:
    """Minutes of some contracts together."""

    purchased: int = 0
    held: int = 0
    used: int = 0  # less what was given back

    @property
    def left(self) -> int:
        return self.purchased - self.held - self.used


def hours_of(engagements: Iterable[Engagement]) -> Hours:
    """Add up the ledgers of `engagements` in one query; no row, session or person is named."""
    balance = HoursEntry.objects.filter(engagement__in=list(engagements)).balance()
    return Hours(balance.purchased, balance.held, balance.used - balance.returned)
