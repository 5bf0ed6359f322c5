"""Minutes of practice: started on a clock that the server keeps, or entered by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from programs.models import Enrollment, Item, PracticeLog, ProgressEvent
from programs.services.progress import lock_enrollment, record_event, save_position

if TYPE_CHECKING:
    from uuid import UUID

    from programs.models import ItemState

MAX_MINUTES = 240  # of one sitting; a retreat day is attended, not logged


@transaction.atomic
def start_sitting(*, enrollment: Enrollment, item: Item, minutes: int, now: datetime) -> ItemState:
    """Note that a sitting of `minutes` began at `now`: a closed page or phone loses nothing."""
    if minutes not in item.body["lengths"]:
        raise ValidationError(_("Choose one of the lengths."), code="unknown_length")
    position = {"started_at": now.isoformat(), "minutes": minutes}
    return save_position(enrollment=enrollment, item=item, position=position, now=now)


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
    item: Item,
    started_at: datetime,
    minutes: int,
    key: UUID,
    now: datetime,
) -> PracticeLog:
    """Log `minutes` without a timer, perhaps of an earlier day. The same `key` again is a no-op.

    Raises:
        ValidationError: "in_the_future"; "minutes_out_of_range".
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
    return _log(locked, item, started_at, minutes, PracticeLog.Source.MANUAL, key=key, now=now)


def _known(enrollment: Enrollment, key: UUID) -> PracticeLog | None:
    return PracticeLog.objects.filter(enrollment=enrollment, key=key).first()


def _minutes(seconds: int) -> int:
    """Whole minutes, half up, and at least one: nobody who sat down is told it was nothing."""
    return max(1, min(MAX_MINUTES, (seconds + 30) // 60))


def _log(
    enrollment: Enrollment,
    item: Item,
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
    record_event(
        enrollment=enrollment,
        item=item,
        kind=ProgressEvent.Kind.PRACTICED,
        occurred_at=started_at,
        key=log.public_id,
        payload={"minutes": minutes, "counted_by": source},
        now=now,
    )
    return log
