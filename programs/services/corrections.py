"""Take a fact back that was recorded in error: nothing is changed or deleted, a later event says so."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from programs.models import ItemState, ProgressEvent
from programs.services.progress import lock_enrollment

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User

Kind = ProgressEvent.Kind


@transaction.atomic
def void_event(
    *, event: ProgressEvent, by: User | None, reason: str, now: datetime
) -> ProgressEvent:
    """Write the event that voids `event`; voiding it twice keeps the first.

    An item whose completion is taken back can be done again. The completion of a program stays,
    whatever is corrected below it; a certificate can be revoked.

    Raises:
        ValidationError: "reason_missing"; "completion_stays": of the program; "is_a_correction".
    """
    if not reason.strip():
        raise ValidationError(_("Say why, in a few words."), code="reason_missing")
    if event.kind == Kind.PROGRAM_COMPLETED:
        raise ValidationError(_("A completed program stays completed."), code="completion_stays")
    if event.kind == Kind.VOIDED:
        raise ValidationError(_("A correction is not corrected."), code="is_a_correction")
    locked = lock_enrollment(event.enrollment)
    if (known := ProgressEvent.objects.filter(voids=event).first()) is not None:
        return known
    void = ProgressEvent(
        enrollment=locked,
        item=event.item,
        kind=Kind.VOIDED,
        occurred_at=now,
        recorded_at=now,
        source="facilitator",
        key=uuid4(),
        payload={"by": by.pk} if by else {},
        voids=event,
        reason=reason.strip()[:200],
    )
    void.full_clean()
    void.save()
    if event.kind == Kind.ITEM_COMPLETED:
        ItemState.objects.filter(enrollment=locked, item=event.item).update(done_at=None)
    return void
