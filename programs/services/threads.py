"""A group's exchange under one item."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from programs.models import CohortStaff, Enrollment, Item, ProgressEvent, ThreadPost
from programs.services.progress import lock_enrollment, record_event

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from programs.models import Cohort, CohortGroup


@transaction.atomic
def post(*, enrollment: Enrollment, item: Item, text: str, key: UUID, now: datetime) -> ThreadPost:
    """Post to the own group. The same `key` again returns the first post.

    Raises:
        ValidationError: "empty".
    """
    locked = lock_enrollment(enrollment)
    bound = uuid5(key, f"{locked.public_id}/{item.public_id}")
    if known := ProgressEvent.objects.filter(enrollment=locked, key=bound).first():
        return ThreadPost.objects.get(public_id=known.payload["post"])
    if not text.strip():
        raise ValidationError(_("Write a line first."), code="empty")
    written = ThreadPost(
        cohort_id=locked.cohort_id,
        group_id=locked.group_id,
        item=item,
        author_id=locked.clinician_id,
        text=text.replace("\r\n", "\n"),
    )
    written.full_clean()
    written.save()
    record_event(
        enrollment=enrollment,
        item=item,
        kind=ProgressEvent.Kind.SUBMITTED,
        occurred_at=now,
        key=bound,
        payload={"post": str(written.public_id)},
        now=now,
    )
    return written


@transaction.atomic
def post_as_facilitator(
    *, cohort: Cohort, group: CohortGroup | None, item: Item, author: User, text: str, key: UUID
) -> ThreadPost:
    """Post to a group that `author` facilitates. The same `key` again returns the first post.

    Raises:
        ValidationError: "not_a_facilitator"; "empty".
    """
    roles = CohortStaff.objects.facilitating(author).filter(cohort=cohort)
    if not roles.filter(Q(group=None) | Q(group=group)).exists():
        raise ValidationError(_("You do not lead this group."), code="not_a_facilitator")
    once = uuid5(key, f"{author.public_id}/{cohort.public_id}/{item.public_id}")
    if known := ThreadPost.objects.filter(public_id=once).first():
        return known
    if not text.strip():
        raise ValidationError(_("Write a line first."), code="empty")
    written = ThreadPost(
        public_id=once,
        cohort=cohort,
        group=group,
        item=item,
        author=author,
        text=text.replace("\r\n", "\n"),
    )
    written.full_clean()
    written.save()
    return written
