"""Credit awarded in a cohort, for its organization: a figure of groups, never of a person."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from programs.models import CreditClaim, Enrollment

if TYPE_CHECKING:
    from datetime import datetime

    from programs.models import Cohort


def credit_totals(*, cohort: Cohort, at: datetime, known_at: datetime) -> list[dict[str, Any]]:
    """Per type the credit of whole groups in the order of claims: a figure rests until another
    group is full, so that no night's difference is one person's credit.

    Args:
        cohort: with `engagement` loaded; its smallest group is the size.
        at: claims made until then.
        known_at: what was taken back by then does not count.
    """
    size = cohort.engagement.threshold_progress
    claims = (
        CreditClaim.objects.filter(amount__gt=0, claimed_at__lte=at)
        .filter(enrollment__in=Enrollment.objects.filter(cohort=cohort).counted_at(at))
        .exclude(withdrawn_at__lte=known_at)
        .order_by("claimed_at", "pk")
    )
    amounts: defaultdict[str, list[Decimal]] = defaultdict(list)
    for kind, amount in claims.values_list("offer__credit_type", "amount"):
        amounts[kind].append(amount)
    totals = []
    for kind in sorted(amounts):
        counted = amounts[kind][: len(amounts[kind]) // size * size]
        if counted:
            totals.append({"type": kind, "people": len(counted), "credits": float(sum(counted))})
    return totals
