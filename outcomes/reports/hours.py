"""Hours of contracts: the one balance that consultants and organization admins both see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

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

    def total(*kinds: str) -> Coalesce:
        return Coalesce(Sum("minutes", filter=Q(kind__in=kinds)), 0)

    sums = (
        HoursEntry.objects.filter(engagement__in=list(engagements))
        .order_by()
        .aggregate(
            purchased=total("purchase", "adjust"),
            held=total("hold", "release"),
            used=total("use", "return"),
        )
    )
    return Hours(sums["purchased"], -sums["held"], -sums["used"])
