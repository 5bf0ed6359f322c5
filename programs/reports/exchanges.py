"""Which exchanges a facilitator may open: of every thread of the program, those of their own groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Max
from django.urls import reverse

from programs.models import CohortGroup, CohortStaff, Enrollment, Item, ThreadPost

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from programs.models import Cohort


@dataclass(frozen=True)
class Exchange:
    item: Item
    group: CohortGroup | None  # None: the cohort has people in no group
    posts: int
    last_at: datetime | None
    url: str


def exchanges_of(*, cohort: Cohort, user: User) -> list[Exchange]:
    """In the order of the program; empty for coaches, who take no part in them."""
    roles = CohortStaff.objects.facilitating(user).filter(cohort=cohort)
    if not roles:
        return []
    everywhere = any(role.group_id is None for role in roles)
    own = {role.group_id for role in roles}
    groups: list[CohortGroup | None] = [
        group for group in cohort.groups.order_by("name") if everywhere or group.pk in own
    ]
    if everywhere and Enrollment.objects.filter(cohort=cohort, group=None).exists():
        groups.insert(0, None)
    counted = {
        (row["item"], row["group"]): (row["posts"], row["last"])
        for row in ThreadPost.objects.visible_to(user)
        .filter(cohort=cohort)
        .order_by()
        .values("item", "group")
        .annotate(posts=Count("pk"), last=Max("created_at"))
    }
    threads = Item.objects.filter(module__version=cohort.version_id, kind=Item.Kind.THREAD)
    found = []
    for item in threads.select_related("module").order_by("module__position", "position"):
        for group in groups:
            posts, last = counted.get((item.pk, group.pk if group else None), (0, None))
            url = reverse("programs:exchange_detail", args=[cohort.public_id, item.public_id])
            query = f"?group={group.public_id}" if group else ""
            found.append(Exchange(item, group, posts, last, url + query))
    return found
