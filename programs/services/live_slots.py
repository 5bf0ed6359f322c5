"""Plan, move and cancel live sessions of a cohort; mark who was there."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from programs.models import (
    AttendanceRecord,
    Cohort,
    CohortGroup,
    Enrollment,
    Item,
    LiveSlot,
    ProgressEvent,
)
from programs.services.completions import complete_waiting
from programs.services.corrections import void_event
from programs.services.progress import complete_if_due, record_event
from programs.services.schedule_rows import refresh_schedule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accounts.models import User

State = LiveSlot.State
Status = AttendanceRecord.Status


@transaction.atomic
def plan_slot(
    *,
    cohort: Cohort,
    key: str,
    title: str,
    starts_at: datetime,
    ends_at: datetime,
    place: str = "",
    group: CohortGroup | None = None,
    by: User | None,
    now: datetime | None = None,
) -> LiveSlot:
    """Plan a live session; what depends on it gets its dates in the same transaction.

    A session of the same key and group that was canceled is planned anew.

    Args:
        key: what `session:<key>` in the program refers to.
        starts_at, ends_at: aware.

    Raises:
        ValidationError: "already_planned"; "wrong_cohort"; by field.
    """
    if group is not None and group.cohort_id != cohort.pk:
        raise ValidationError(_("That group belongs to another cohort."), code="wrong_cohort")
    Cohort.objects.select_for_update(of=("self",)).get(pk=cohort.pk)
    slot = cohort.live_slots.filter(key=key, group=group).first()
    if slot is not None and slot.state != State.CANCELLED:
        raise ValidationError(_("That session is planned already."), code="already_planned")
    slot = slot or LiveSlot(cohort=cohort, key=key, group=group)
    slot.title, slot.starts_at, slot.ends_at = title, starts_at, ends_at
    slot.place, slot.state = place, State.SCHEDULED
    return _save(slot, by, _("session planned"), now)


@transaction.atomic
def move_slot(
    *,
    slot: LiveSlot,
    starts_at: datetime,
    ends_at: datetime,
    title: str = "",
    place: str | None = None,
    by: User | None,
    now: datetime | None = None,
) -> LiveSlot:
    """Move a session, perhaps renamed; dates that follow from it move too, those edited by hand stay.

    Raises:
        ValidationError: "not_scheduled": held or canceled; by field.
    """
    locked = _lock(slot)
    if locked.state != State.SCHEDULED:
        raise ValidationError(
            _("Only a session that is still to come can be moved."), code="not_scheduled"
        )
    locked.starts_at, locked.ends_at = starts_at, ends_at
    locked.title = title or locked.title
    locked.place = locked.place if place is None else place
    return _save(locked, by, _("session moved"), now)


@transaction.atomic
def cancel_slot(*, slot: LiveSlot, by: User | None, now: datetime) -> LiveSlot:
    """Cancel a session: it leaves every count, and nothing falls due by it any more.

    Whoever lacked only this session for the attendance rule is complete with that.

    Raises:
        ValidationError: "not_scheduled": it was held.
    """
    locked = _lock(slot)
    if locked.state == State.HELD:
        raise ValidationError(_("That session has been held."), code="not_scheduled")
    locked.state = State.CANCELLED
    _save(locked, by, _("session canceled"), now)
    complete_waiting(cohort=locked.cohort, occurred_at=now, now=now)
    return locked


def _lock(slot: LiveSlot) -> LiveSlot:
    return LiveSlot.objects.select_for_update(of=("self",)).select_related("cohort").get(pk=slot.pk)


def _save(slot: LiveSlot, by: User | None, reason: str, now: datetime | None) -> LiveSlot:
    slot.full_clean()
    slot.save()
    refresh_schedule(cohort=slot.cohort, by=by, reason=reason, now=now or timezone.now())
    return slot


@transaction.atomic
def mark_attendance(
    *, slot: LiveSlot, statuses: Mapping[int, str], by: User, reason: str = "", now: datetime
) -> int:
    """Mark everybody of a session on one screen; return how many marks are new or changed.

    Args:
        statuses: enrollment key to present, excused or absent; people of other cohorts or groups
            are passed over, and so are marks that say what stands already.

    Raises:
        ValidationError: "cancelled"; "not_started": it has yet to begin.
    """
    if slot.starts_at > now:
        raise ValidationError(_("This session has yet to begin."), code="not_started")
    standing = dict(
        slot.attendance.filter(superseded_at=None).values_list("enrollment_id", "status")
    )
    expected = slot.cohort.enrollments.accepted().filter(pk__in=statuses.keys())
    if slot.group_id:
        expected = expected.filter(group=slot.group_id)
    changed = 0
    for enrollment in expected.select_related("cohort").order_by("pk"):
        status = statuses[enrollment.pk]
        if standing.get(enrollment.pk) != status:
            record_attendance(
                enrollment=enrollment, slot=slot, status=status, by=by, reason=reason, now=now
            )
            changed += 1
    return changed


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
        joined_at, left_at: if they are known; others than those of the same mark are a correction.
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
        times = (joined_at or standing.joined_at, left_at or standing.left_at)
        if standing.status == status and times == (standing.joined_at, standing.left_at):
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
    if status == Status.PRESENT and (standing is None or standing.status != status):
        _attended(enrollment=enrollment, slot=locked, record=record, now=now)
    elif standing is not None and standing.status == Status.PRESENT:
        _take_back(enrollment=enrollment, slot=locked, record=record, now=now)
    return record


def _attended(
    *, enrollment: Enrollment, slot: LiveSlot, record: AttendanceRecord, now: datetime
) -> None:
    """The session was attended: an event of the live item, or of none if the program has none."""
    occurred_at = min(slot.ends_at, now)
    item = Item.objects.filter(
        module__version=enrollment.cohort.version_id, kind=Item.Kind.LIVE, body__session=slot.key
    ).first()
    if item is not None:
        record_event(
            enrollment=enrollment,
            item=item,
            kind=ProgressEvent.Kind.ATTENDED,
            occurred_at=occurred_at,
            key=record.public_id,
            source="facilitator",
            payload={"slot": slot.pk},
            now=now,
        )
        return
    ProgressEvent.objects.create(
        enrollment=enrollment,
        kind=ProgressEvent.Kind.ATTENDED,
        occurred_at=occurred_at,
        recorded_at=now,
        source="facilitator",
        key=record.public_id,
        payload={"slot": slot.pk},
    )
    complete_if_due(enrollment=enrollment, occurred_at=occurred_at, now=now)


def _take_back(
    *, enrollment: Enrollment, slot: LiveSlot, record: AttendanceRecord, now: datetime
) -> None:
    """They were not there after all: the session is no activity of theirs. Completions stay."""
    attended = (
        ProgressEvent.objects.standing()
        .filter(enrollment=enrollment, kind=ProgressEvent.Kind.ATTENDED, payload__slot=slot.pk)
        .first()
    )
    if attended is not None:
        void_event(
            event=attended, by=record.marked_by, reason=record.reason or record.status, now=now
        )
