"""Groups of a cohort: named anew, and people moved between them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from programs.models import CohortGroup, Enrollment
from programs.services.digests import owe_digests

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def rename_group(*, group: CohortGroup, name: str, by: User) -> CohortGroup:
    """Give a group another name.

    Raises:
        ValidationError: the name is empty, too long or taken.
    """
    locked = CohortGroup.objects.select_for_update(of=("self",)).get(pk=group.pk)
    locked.name = " ".join(name.split())
    locked.full_clean()
    locked.save()
    return locked


@transaction.atomic
def change_group(
    *, enrollment: Enrollment, group: CohortGroup | None, by: User, now: datetime
) -> Enrollment:
    """Move somebody to another group of the cohort, or to none; dates follow the new group.

    Raises:
        ValidationError: "not_open": the place has ended; "wrong_cohort".
    """
    locked = (Enrollment.objects.select_for_update(of=("self",)).select_related("cohort")).get(
        pk=enrollment.pk
    )
    if locked.withdrawn_at or locked.transferred_out_at or locked.voided_at:
        raise ValidationError(_("This place has ended already."), code="not_open")
    if group is not None and group.cohort_id != locked.cohort_id:
        raise ValidationError(_("That group belongs to another cohort."), code="wrong_cohort")
    if locked.group_id != (group.pk if group else None):
        locked.group = group
        locked.save(update_fields=["group", "updated_at"])
        owe_digests(cohort=locked.cohort, now=now)
    return locked
