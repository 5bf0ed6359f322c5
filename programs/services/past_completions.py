"""Enter completions of the past: many at once, as when a practice moves in with running cohorts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from programs.models import Enrollment, Item, ItemState, ProgressEvent
from programs.services.progress import (
    complete_if_due,
    completion_key,
    lock_enrollment,
    voided_completions,
)


@transaction.atomic
def record_completions(
    *, enrollment: Enrollment, completed: Mapping[Item, datetime], now: datetime
) -> int:
    """Record that `completed` items were done, each at its time; return how many are new.

    Writes what `record_event` would write one by one: the event, the item's state, and the
    program's completion if that is reached. Items done already are passed over. Eight queries,
    however many items.

    Raises:
        ValidationError: "enrollment_not_live": never accepted; "item_not_in_program";
            "in_the_future".
    """
    locked = lock_enrollment(enrollment)
    if locked.accepted_at is None:
        raise ValidationError(_("This person has not joined."), code="enrollment_not_live")
    if any(item.module.version_id != locked.cohort.version_id for item in completed):
        raise ValidationError(_("This step is not in the program."), code="item_not_in_program")
    if any(at > now for at in completed.values()):
        raise ValidationError(_("That lies in the future."), code="in_the_future")
    done = set(
        ItemState.objects.filter(enrollment=locked)
        .exclude(done_at=None)
        .values_list("item", flat=True)
    )
    new = {item: at for item, at in completed.items() if item.pk not in done}
    if not new:
        return 0
    voided = voided_completions(locked)
    ProgressEvent.objects.bulk_create(
        ProgressEvent(
            enrollment=locked,
            item=item,
            kind=ProgressEvent.Kind.ITEM_COMPLETED,
            occurred_at=at,
            recorded_at=now,
            source="import",
            key=completion_key(locked, item, voided=voided[item.pk]),
        )
        for item, at in new.items()
    )
    ItemState.objects.bulk_create(
        (
            ItemState(enrollment=locked, item=item, started_at=at, done_at=at)
            for item, at in new.items()
        ),
        update_conflicts=True,
        unique_fields=["enrollment", "item"],
        update_fields=["done_at"],
    )
    complete_if_due(enrollment=locked, occurred_at=max(new.values()), now=now)
    return len(new)


def carry_completions(*, source: Enrollment, target: Enrollment, now: datetime) -> int:
    """Record in `target` what `source` did of the same program's items; return how many."""
    states = ItemState.objects.filter(enrollment=source).select_related("item")
    done = {state.item.identity: state.done_at for state in states if state.done_at}
    items = Item.objects.filter(
        module__version=target.cohort.version_id, identity__in=done
    ).select_related("module")
    completed = {item: done[item.identity] for item in items}
    return record_completions(enrollment=target, completed=completed, now=now)
