"""The append-only record of what a person did, and where they left each item."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from math import ceil
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Min, Q
from django.utils.translation import gettext as _

from programs.models import (
    Attempt,
    AttendanceRecord,
    Cohort,
    Enrollment,
    Item,
    ItemState,
    ItemSuccession,
    LiveSlot,
    ProgressEvent,
)
from programs.reports.learning import ItemStep, module_path
from programs.signals import program_completed

if TYPE_CHECKING:
    from datetime import datetime

Kind = ProgressEvent.Kind
# What happens once has a key that follows from what it is, so no race can write it twice.
_ONCE = UUID("5b1f0e57-6f0c-4a3e-9a52-8d1c2f3b7a10")


def open_items(enrollment: Enrollment, now: datetime) -> list[ItemStep]:
    """Items `enrollment` may work on at `now`: released, and all they require done."""
    return [
        step for module in module_path(enrollment, now) for step in module.items if step.is_open
    ]


@transaction.atomic
def record_event(
    *,
    enrollment: Enrollment,
    item: Item | None,
    kind: str,
    occurred_at: datetime,
    key: UUID,
    source: str = "player",
    payload: dict[str, Any] | None = None,
    now: datetime,
) -> ProgressEvent:
    """Append one fact; if it makes the item or the program done, append that too.

    An item is done when its kind's rule is met: see `_is_done`. Its `item_completed` event and
    `ItemState.done_at` are written once, and so is the program's completion; nothing here ever
    takes one back.

    Args:
        item: None for practice of one's own, which belongs to no step.
        kind: one of `ProgressEvent.Kind`; `item_completed` is done at once, whatever the kind.
        occurred_at: when it happened, perhaps before today; aware.
        key: made by the client; the same key again returns the first event and writes nothing.
        source: player, facilitator, import or system.
        payload: references and counts ("minutes", "attempt"), never text that a person wrote.
        now: when it is recorded; aware.

    Raises:
        ValidationError: "key_taken": the key belongs to another fact; "enrollment_not_live": not
            accepted, or (from the player) withdrawn; "item_not_in_program"; "in_the_future";
            "minutes_out_of_range": practice of less than a minute.
    """
    locked = lock_enrollment(enrollment)
    if known := ProgressEvent.objects.filter(key=key).first():
        if (known.enrollment_id, known.item_id) != (locked.pk, item and item.pk):
            raise ValidationError(_("That was recorded for something else."), code="key_taken")
        return known
    _check(locked, item, source, occurred_at, now)
    if kind == Kind.PRACTICED and (payload or {}).get("minutes", 1) < 1:
        raise ValidationError(_("Practice counts from one minute."), code="minutes_out_of_range")
    state = start_item(enrollment=locked, item=item, now=now) if item else None
    if item and state and kind == Kind.ITEM_COMPLETED and state.done_at:
        done = ProgressEvent.objects.standing().filter(enrollment=locked, item=item, kind=kind)
        if (first := done.first()) is not None:
            return first
    event = ProgressEvent(
        enrollment=locked,
        item=item,
        kind=kind,
        occurred_at=occurred_at,
        recorded_at=now,
        source=source,
        key=_next_key(locked, item) if item and kind == Kind.ITEM_COMPLETED else key,
        payload=payload or {},
    )
    event.full_clean()
    event.save()
    if item and state and state.done_at is None and _is_done(locked, item, kind):
        _complete_item(event, item, state)
    complete_if_due(enrollment=locked, occurred_at=occurred_at, now=now)
    enrollment.completed_at = locked.completed_at
    return event


@transaction.atomic
def complete_if_due(*, enrollment: Enrollment, occurred_at: datetime, now: datetime) -> bool:
    """Write the program's completion, once, if its rule is met: all required items done, enough
    sessions attended, every required check passed. Returns whether `enrollment` is complete."""
    locked = lock_enrollment(enrollment)
    enrollment.completed_at = locked.completed_at
    if locked.completed_at:
        return True
    required = Item.objects.filter(module__version=enrollment.cohort.version_id, required=True)
    done = ItemState.objects.filter(enrollment=enrollment).exclude(done_at=None)
    if required.exclude(pk__in=done.values("item")).exists():
        return False
    rule = enrollment.cohort.version.completion
    attended = _attended_enough(locked, rule.get("attendance_min", 0))
    checked = _checks_passed(enrollment, required, rule.get("checks_min", 0))
    if attended is None or checked is None:
        return False
    last = done.filter(item__in=required).aggregate(last=Max("done_at"))["last"]
    # What was recorded last may be what happened first: complete is who met all of the rule.
    at = max([occurred_at, *attended, *checked] + ([last] if last else []))
    ProgressEvent.objects.create(
        enrollment=enrollment,
        kind=Kind.PROGRAM_COMPLETED,
        occurred_at=at,
        recorded_at=now,
        source="system",
        key=uuid5(_ONCE, f"{enrollment.public_id}/{Kind.PROGRAM_COMPLETED}"),
    )
    enrollment.completed_at = at
    enrollment.save(update_fields=["completed_at", "updated_at"])
    program_completed.send(sender=Enrollment, enrollment=enrollment, now=now)
    return True


@transaction.atomic
def save_position(
    *, enrollment: Enrollment, item: Item, position: dict[str, Any], now: datetime
) -> ItemState:
    """Keep where `item` was left, over what was kept before. No text that a person wrote."""
    state = start_item(enrollment=lock_enrollment(enrollment), item=item, now=now)
    if not position.items() <= state.position.items():
        state.position = {**state.position, **position}
        state.revision += 1
        state.save()
    return state


def start_item(*, enrollment: Enrollment, item: Item, now: datetime) -> ItemState:
    """The state of `item`, begun at `now` if it was not begun before."""
    state, _created = ItemState.objects.get_or_create(enrollment=enrollment, item=item)
    if state.started_at is None:
        state.started_at = now
        state.save(update_fields=["started_at", "updated_at"])
    return state


def lock_enrollment(enrollment: Enrollment) -> Enrollment:
    """Everything one person does in one cohort queues here, so counts cannot be overtaken."""
    # no_key: a booking that only refers to the enrollment need not wait.
    locked = Enrollment.objects.select_for_update(of=("self",), no_key=True).get(pk=enrollment.pk)
    # Read after the wait: a join would show the edition from before a move that held the lock.
    cohorts = Cohort.objects.select_related("version").defer("version__content")
    locked.cohort = cohorts.get(pk=locked.cohort_id)
    return locked


def completion_key(enrollment: Enrollment, item: Item, *, voided: int) -> UUID:
    """The key of the one completion that stands, after `voided` ones that were taken back."""
    again = f"/{voided}" if voided else ""
    return uuid5(_ONCE, f"{enrollment.public_id}/{item.public_id}/{Kind.ITEM_COMPLETED}{again}")


def voided_completions(enrollment: Enrollment) -> Counter[int]:
    """How many completions of each item were taken back."""
    voided = ProgressEvent.objects.filter(
        enrollment=enrollment, kind=Kind.ITEM_COMPLETED, voided_by__isnull=False
    )
    return Counter(voided.values_list("item", flat=True))


def _next_key(enrollment: Enrollment, item: Item) -> UUID:
    return completion_key(enrollment, item, voided=voided_completions(enrollment)[item.pk])


def _check(
    enrollment: Enrollment, item: Item | None, source: str, occurred_at: datetime, now: datetime
) -> None:
    gone = enrollment.withdrawn_at or enrollment.transferred_out_at or enrollment.voided_at
    if enrollment.accepted_at is None or (gone and source == "player"):
        raise ValidationError(
            _("You are not taking part in this program now."), code="enrollment_not_live"
        )
    if item and item.module.version_id != enrollment.cohort.version_id:
        raise ValidationError(_("This step is not in your program."), code="item_not_in_program")
    if occurred_at > now:
        raise ValidationError(_("That lies in the future."), code="in_the_future")


def _is_done(enrollment: Enrollment, item: Item, kind: str) -> bool:
    """Whether the event just written, with those before it, meets the rule of the item's kind."""
    if kind == Kind.ITEM_COMPLETED:
        return True
    before = ItemSuccession.objects.filter(cohort=enrollment.cohort_id, item=item)
    events = ProgressEvent.objects.standing().filter(
        Q(item=item) | Q(item__in=before.values("before")), enrollment=enrollment, kind=kind
    )
    match (item.kind, kind):
        case (Item.Kind.PRACTICE, Kind.PRACTICED):
            minutes = sum(event.payload.get("minutes", 0) for event in events)
            return minutes >= item.body.get("done_minutes", 1)
        case (Item.Kind.FIELD_LOG, Kind.SUBMITTED):
            return events.count() >= item.body.get("entries_min", 1)
        case (Item.Kind.THREAD, Kind.SUBMITTED):
            return events.count() >= item.body.get("posts_min", 1)
        case (
            (Item.Kind.REFLECTION, Kind.SUBMITTED)
            | (Item.Kind.CHECK, Kind.SUBMITTED)
            | (Item.Kind.OBSERVATION, Kind.SUBMITTED)
            | (Item.Kind.SCENARIO, Kind.SCENARIO_ENDED)
            | (Item.Kind.LIVE, Kind.ATTENDED)
        ):
            return True
    return False


def _complete_item(event: ProgressEvent, item: Item, state: ItemState) -> None:
    state.done_at = event.occurred_at
    state.save(update_fields=["done_at", "updated_at"])
    if event.kind != Kind.ITEM_COMPLETED:
        ProgressEvent.objects.create(
            enrollment=event.enrollment,
            item=item,
            kind=Kind.ITEM_COMPLETED,
            occurred_at=event.occurred_at,
            recorded_at=event.recorded_at,
            source=event.source,
            key=_next_key(event.enrollment, item),
        )


def _attended_enough(enrollment: Enrollment, share: float) -> list[datetime] | None:
    """present / all of the own group's sessions while enrolled; cancelled ones never count,
    unmarked and later ones do. Returns the ends of the sessions that were needed; None: too few."""
    slots = LiveSlot.objects.filter(cohort=enrollment.cohort_id).filter(
        Q(group=None) | Q(group=enrollment.group_id)
    )
    counted = slots.filter(starts_at__gte=enrollment.accepted_at).exclude(
        state=LiveSlot.State.CANCELLED
    )
    planned = counted.count()
    if share <= 0:
        return []
    if not planned:
        asks = Item.objects.filter(
            module__version=enrollment.cohort.version_id, kind=Item.Kind.LIVE
        )
        # The program may have sessions, and none is planned yet.
        return None if asks.exists() and not slots.exists() else []
    present = counted.filter(
        attendance__enrollment=enrollment,
        attendance__status=AttendanceRecord.Status.PRESENT,
        attendance__superseded_at=None,
    )
    needed = ceil(share * planned - 1e-9)
    ends = list(present.order_by("ends_at").values_list("ends_at", flat=True)[:needed])
    return ends if len(ends) >= needed else None


def _checks_passed(enrollment: Enrollment, required: Any, share: float) -> list[datetime] | None:
    """When each required check was first passed; None: one was not."""
    checks = set(required.filter(kind=Item.Kind.CHECK).values_list("pk", flat=True))
    if share <= 0 or not checks:
        return []
    # A check passed in an earlier edition counts for the one that took its place.
    heirs = dict.fromkeys(checks) | dict(
        ItemSuccession.objects.filter(cohort=enrollment.cohort_id, item__in=checks).values_list(
            "before", "item"
        )
    )
    attempts = (
        Attempt.objects.filter(enrollment=enrollment, item__in=heirs)
        .exclude(submitted_at=None)
        .filter(score__gte=Decimal(str(share)))
        .values_list("item")
        .annotate(first=Min("submitted_at"))
    )
    passed: dict[int, datetime] = {}
    for attempted, first in attempts:
        check = heirs[attempted] or attempted
        passed[check] = min(first, passed.get(check, first))
    return list(passed.values()) if passed.keys() == checks else None
