"""The dates of a cohort: rows that follow from anchors, edits by hand, personal extensions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from programs.engine.schedule import local_instant
from programs.models import Cohort, Extension, ItemState, Module, ScheduleChange, ScheduleRow
from programs.services.digests import owe_digests
from programs.services.schedule_rows import change_of, refresh_schedule

if TYPE_CHECKING:
    from accounts.models import User
    from programs.models import Enrollment, Item

Kind = ScheduleRow.Kind


@transaction.atomic
def edit_date(
    *, row: ScheduleRow, at: datetime, by: User, reason: str, now: datetime | None = None
) -> ScheduleRow:
    """Set one date by hand; moving a session no longer changes it.

    Args:
        now: for the log; None is this instant.

    Raises:
        ValidationError: "reason_missing".
    """
    if not reason.strip():
        raise ValidationError(_("Say why, in a few words."), code="reason_missing")
    cohort, locked = _lock(row)
    old = locked.at
    locked.at, locked.edited_by, locked.edited_reason = at, by, reason.strip()
    locked.full_clean()
    locked.save()
    if old != at:
        when = now or timezone.now()
        change_of(locked, old=old, by=by, reason=locked.edited_reason, now=when).save()
        owe_digests(cohort=cohort, now=when)
    return locked


@transaction.atomic
def reset_date(*, row: ScheduleRow, by: User, now: datetime) -> ScheduleRow:
    """Let one date follow its rule again; a row that nobody edited stays as it is."""
    cohort, locked = _lock(row)
    if not locked.edited_reason:
        return locked
    locked.edited_by, locked.edited_reason = None, ""
    locked.save(update_fields=["edited_by", "edited_reason", "updated_at"])
    refresh_schedule(cohort=cohort, by=by, reason=_("follows its rule again"), now=now)
    locked.refresh_from_db()
    return locked


def _lock(row: ScheduleRow) -> tuple[Cohort, ScheduleRow]:
    """The cohort first, as everything that writes its rows does."""
    cohort = Cohort.objects.select_for_update(of=("self",)).get(pk=row.cohort_id)
    return cohort, ScheduleRow.objects.select_for_update(of=("self",)).get(pk=row.pk)


@transaction.atomic
def extend(
    *,
    enrollments: Iterable[Enrollment],
    modules: Iterable[Module] = (),
    items: Iterable[Item] = (),
    by_days: int,
    by: User,
    reason: str = "",
    from_due: bool = False,
    now: datetime,
) -> int:
    """Move every undone required item of `modules`, and of `items`, `by_days` later for each person.

    Counted from the later of the present due date and `now`, so that an extension given late still
    gives time, or with `from_due` from the present due date alone; in calendar days of the
    cohort's zone. Items without a due date are passed over.

    Returns:
        How many items moved.

    Raises:
        ValidationError: "invalid_days": not between 1 and 365.
    """
    if not 1 <= by_days <= 365:
        raise ValidationError(_("Give between 1 and 365 days."), code="invalid_days")
    chosen = {item.pk: item for module in modules for item in module.items.all()}
    chosen |= {item.pk: item for item in items}
    moved = [
        extension
        for enrollment in enrollments
        for extension in _extensions(
            enrollment, list(chosen.values()), by_days, by, reason, from_due, now
        )
    ]
    Extension.objects.bulk_create(extension for extension, _old in moved)
    ScheduleChange.objects.bulk_create(
        ScheduleChange(
            cohort_id=extension.enrollment.cohort_id,
            what=ScheduleChange.What.EXTENSION,
            module_id=extension.item.module_id,
            enrollment=extension.enrollment,
            item=extension.item,
            old=old,
            new=extension.due_at,
            by=by,
            reason=reason[:200],
            changed_at=now,
        )
        for extension, old in moved
    )
    for cohort in {extension.enrollment.cohort for extension, _old in moved}:
        owe_digests(cohort=cohort, now=now)
    return len(moved)


def _extensions(
    enrollment: Enrollment,
    items: list[Item],
    by_days: int,
    by: User,
    reason: str,
    from_due: bool,
    now: datetime,
) -> list[tuple[Extension, datetime]]:
    zone = enrollment.cohort.zone
    rows = ScheduleRow.objects.for_enrollment(enrollment).filter(kind=Kind.DUE)
    dues = {row.module_id: row.at for row in sorted(rows, key=lambda row: row.rank)}
    own = dict(enrollment.extensions.order_by("due_at").values_list("item", "due_at"))
    done = set(
        ItemState.objects.filter(enrollment=enrollment)
        .exclude(done_at=None)
        .values_list("item", flat=True)
    )
    found = []
    for item in items:
        due = _later(dues.get(item.module_id), own.get(item.pk))
        if due and item.required and item.pk not in done:
            local = (due if from_due else max(due, now)).astimezone(zone)
            later = local_instant(local.date() + timedelta(days=by_days), local.time(), zone)
            found.append((_extension(enrollment, item, later, by, reason, now), due))
    return found


def _extension(
    enrollment: Enrollment, item: Item, due_at: datetime, by: User, reason: str, now: datetime
) -> Extension:
    return Extension(
        enrollment=enrollment,
        item=item,
        due_at=due_at,
        reason=reason[:200],
        granted_by=by,
        granted_at=now,
    )


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((moment for moment in (one, other) if moment), default=None)
