"""Look again who of a cohort is complete, when not they but the rule's own facts changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count, Q

from programs.models import Enrollment, Item
from programs.services.progress import complete_if_due

if TYPE_CHECKING:
    from datetime import datetime

    from programs.models import Cohort


@transaction.atomic
def complete_waiting(*, cohort: Cohort, occurred_at: datetime, now: datetime) -> int:
    """Complete who has done every required item and now meets the rest; return how many.

    A canceled session is such a change: it leaves the sessions that attendance is a share of.
    """
    required = set(
        Item.objects.filter(module__version=cohort.version_id, required=True).values_list(
            "pk", flat=True
        )
    )
    waiting = (
        Enrollment.objects.live()
        .filter(cohort=cohort, completed_at=None)
        .annotate(
            done=Count(
                "item_states",
                filter=Q(item_states__item__in=required, item_states__done_at__isnull=False),
            )
        )
        .filter(done=len(required))
        .select_related("cohort__version")
        .order_by("pk")
    )
    return sum(
        complete_if_due(enrollment=enrollment, occurred_at=occurred_at, now=now)
        for enrollment in list(waiting)
    )
