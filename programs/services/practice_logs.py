"""Minutes of practice: started on a clock that the server keeps, or entered by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid5

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from programs.models import Enrollment, Item, PracticeLog, ProgressEvent
from programs.services.progress import lock_enrollment, record_event, save_position, start_item

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from programs.models import ItemState

MAX_MINUTES = 240  # of one sitting; a retreat day is attended, not logged


@transaction.atomic
def start_sitting(*, enrollment: Enrollment, item: Item, minutes: int, now: datetime) -> ItemState:
    """Note that a sitting of `minutes` began at `now`: a closed page or phone loses nothing."""
    if minutes not in item.body["lengths"]:
        raise ValidationError(_("Choose one of the lengths."), code="unknown_length")
    position = {"started_at": now.isoformat(), "minutes": minutes, "seconds": 0}
    return save_position(enrollment=enrollment, item=item, position=position, now=now)


@transaction.atomic
def keep_seconds(*, enrollment: Enrollment, item: Item, seconds: int, now: datetime) -> ItemState:
    """Note how far the running sitting is, so that a closed phone resumes there. Never backwards."""
    locked = lock_enrollment(enrollment)
    state = start_item(enrollment=locked, item=item, now=now)
    began = state.position.get("started_at")
    if not began:
        return state
    elapsed = int((now - datetime.fromisoformat(began)).total_seconds())
    seconds = max(state.position.get("seconds", 0), min(seconds, elapsed))
    return save_position(enrollment=locked, item=item, position={"seconds": seconds}, now=now)


@transaction.atomic
def finish_sitting(
    *, enrollment: Enrollment, item: Item, seconds: int, key: UUID, now: datetime
) -> PracticeLog:
    """Log the sitting that runs: `seconds` from the page's timer, or 0 if it had none.

    Without a timer the server's clock counts, and never more than the length that was chosen:
    somebody who forgot to press Finish did not practice all night.

    Raises:
        ValidationError: "not_started".
    """
    locked = lock_enrollment(enrollment)
    if known := _known(locked, key):
        return known
    state = locked.item_states.filter(item=item).first()
    began = state.position.get("started_at") if state else None
    if state is None or not began:
        raise ValidationError(_("Start the practice first."), code="not_started")
    started_at = datetime.fromisoformat(began)
    elapsed = int((now - started_at).total_seconds())
    seconds = min(seconds, elapsed) if seconds else min(elapsed, state.position["minutes"] * 60)
    log = _log(
        locked, item, started_at, _minutes(seconds), PracticeLog.Source.TIMER, key=key, now=now
    )
    save_position(enrollment=locked, item=item, position={"started_at": ""}, now=now)
    enrollment.completed_at = locked.completed_at
    return log


@transaction.atomic
def log_by_hand(
    *,
    enrollment: Enrollment,
    item: Item | None,
    started_at: datetime,
    minutes: int,
    key: UUID,
    now: datetime,
) -> PracticeLog:
    """Log `minutes` without a timer, perhaps of an earlier day. The same `key` again is a no-op.

    Args:
        item: the practice they count for; None for practice of one's own.

    Raises:
        ValidationError: "in_the_future"; "minutes_out_of_range"; those of `record_event`.
    """
    locked = lock_enrollment(enrollment)
    if known := _known(locked, key):
        return known
    if started_at > now:
        raise ValidationError(_("That day is still to come."), code="in_the_future")
    if not 1 <= minutes <= MAX_MINUTES:
        raise ValidationError(
            _("Enter 1 to %(max)s minutes.") % {"max": MAX_MINUTES}, code="minutes_out_of_range"
        )
    log = _log(locked, item, started_at, minutes, PracticeLog.Source.MANUAL, key=key, now=now)
    enrollment.completed_at = locked.completed_at
    return log


@transaction.atomic
def remove_log(*, log: PracticeLog, now: datetime) -> PracticeLog:
    """Take an entry back: its event is voided, never erased. What it completed stays done."""
    enrollment = lock_enrollment(log.enrollment)
    log = PracticeLog.objects.get(pk=log.pk)
    if log.removed_at:
        return log
    log.removed_at = now
    log.save(update_fields=["removed_at", "updated_at"])
    for event in _standing_events(enrollment, log):
        ProgressEvent.objects.create(
            enrollment=enrollment,
            item=log.item,
            kind=ProgressEvent.Kind.VOIDED,
            occurred_at=event.occurred_at,
            recorded_at=now,
            key=uuid5(event.key, "removed"),
            voids=event,
            reason="taken back by its owner",
        )
    return log


@transaction.atomic
def restore_log(*, log: PracticeLog, now: datetime) -> PracticeLog:
    """Undo `remove_log`: the minutes count again, by a new event."""
    enrollment = lock_enrollment(log.enrollment)
    log = PracticeLog.objects.select_related("item__module").get(pk=log.pk)
    if log.removed_at is None:
        return log
    log.removed_at = None
    log.save(update_fields=["removed_at", "updated_at"])
    earlier = _events(enrollment, log).count()
    _record(enrollment, log, key=uuid5(log.public_id, f"again {earlier}"), now=now)
    return log


def _events(enrollment: Enrollment, log: PracticeLog) -> QuerySet[ProgressEvent]:
    return ProgressEvent.objects.filter(
        Q(key=log.public_id) | Q(payload__log=str(log.public_id)),
        enrollment=enrollment,
        kind=ProgressEvent.Kind.PRACTICED,
    )


def _standing_events(enrollment: Enrollment, log: PracticeLog) -> list[ProgressEvent]:
    return list(_events(enrollment, log).filter(voided_by=None))


def _known(enrollment: Enrollment, key: UUID) -> PracticeLog | None:
    return PracticeLog.objects.filter(enrollment=enrollment, key=key).first()


def _minutes(seconds: int) -> int:
    """Whole minutes, half up, and at least one: nobody who sat down is told it was nothing."""
    return max(1, min(MAX_MINUTES, (seconds + 30) // 60))


def _log(
    enrollment: Enrollment,
    item: Item | None,
    started_at: datetime,
    minutes: int,
    source: str,
    *,
    key: UUID,
    now: datetime,
) -> PracticeLog:
    zone = enrollment.clinician.zone
    log = PracticeLog(
        enrollment=enrollment,
        item=item,
        started_at=started_at,
        minutes=minutes,
        source=source,
        is_back_dated=started_at.astimezone(zone).date() < now.astimezone(zone).date()
        and now - started_at > timedelta(hours=6),  # a sitting over midnight is not back-dated
        key=key,
    )
    log.full_clean()
    log.save()
    _record(enrollment, log, key=log.public_id, now=now)
    return log


def _record(enrollment: Enrollment, log: PracticeLog, *, key: UUID, now: datetime) -> None:
    record_event(
        enrollment=enrollment,
        item=log.item,
        kind=ProgressEvent.Kind.PRACTICED,
        occurred_at=log.started_at,
        key=key,
        payload={
            "minutes": log.minutes,
            "counted_by": log.source,
            "log": str(log.public_id),
        },
        now=now,
    )
