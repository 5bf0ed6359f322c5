"""Plan, move and cancel live sessions of a cohort; mark who was there."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from programs.models import AttendanceRecord, Enrollment, Item, LiveSlot, ProgressEvent
from programs.services.progress import complete_if_due, record_event

if TYPE_CHECKING:
    from accounts.models import User

Status = AttendanceRecord.Status


@transaction.atomic
def record_attendance(
    *,
    enrollment: Enrollment,
    slot: LiveSlot,
    status: str,
    method: str = "facilitator",
    by: User | None,
    joined_at: datetime | None = None,
    left_at: datetime | None = None,
    reason: str = "",
    now: datetime,
) -> AttendanceRecord:
    """Mark one person at one session; a correction supersedes the earlier mark and keeps it.

    The first "present" completes the live item of the session's key. A correction never takes a
    completion back.

    Args:
        status: present, excused or absent.
        method: facilitator, code or video_log.
        now: when it is recorded; the fact counts from the session's end.

    Raises:
        ValidationError: "wrong_cohort": the session is another cohort's; "cancelled".
    """
    if slot.cohort_id != enrollment.cohort_id:
        raise ValidationError(_("That session belongs to another cohort."), code="wrong_cohort")
    if slot.state == LiveSlot.State.CANCELLED:
        raise ValidationError(_("That session was canceled."), code="cancelled")
    locked = LiveSlot.objects.select_for_update().get(pk=slot.pk)
    standing = AttendanceRecord.objects.filter(
        slot=locked, enrollment=enrollment, superseded_at=None
    ).first()
    if standing is not None:
        if standing.status == status:
            return standing
        standing.superseded_at = now
        standing.save(update_fields=["superseded_at", "updated_at"])
    record = AttendanceRecord(
        slot=locked,
        enrollment=enrollment,
        status=status,
        method=method,
        joined_at=joined_at,
        left_at=left_at,
        marked_by=by,
        reason=reason,
        recorded_at=now,
    )
    record.full_clean()
    record.save()
    if locked.state == LiveSlot.State.SCHEDULED and locked.ends_at <= now:
        locked.state = LiveSlot.State.HELD
        locked.save(update_fields=["state", "updated_at"])
    if status == Status.PRESENT:
        _complete_live_item(enrollment=enrollment, slot=locked, now=now)
    return record


def _complete_live_item(*, enrollment: Enrollment, slot: LiveSlot, now: datetime) -> None:
    occurred_at = min(slot.ends_at, now)
    item = Item.objects.filter(
        module__version=enrollment.cohort.version_id, kind=Item.Kind.LIVE, body__session=slot.key
    ).first()
    if item is None:
        complete_if_due(enrollment=enrollment, occurred_at=occurred_at, now=now)
        return
    record_event(
        enrollment=enrollment,
        item=item,
        kind=ProgressEvent.Kind.ATTENDED,
        occurred_at=occurred_at,
        key=uuid.uuid5(slot.public_id, str(enrollment.public_id)),
        source="facilitator",
        payload={"slot": slot.pk},
        now=now,
    )
