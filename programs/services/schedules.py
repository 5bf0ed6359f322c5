"""The dates of a cohort: rows that follow from anchors, edits by hand, personal extensions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from programs.engine.schedule import COHORT_START, local_instant, resolve, session_key
from programs.models import Cohort, Extension, ItemState, LiveSlot, Module, ScheduleRow

if TYPE_CHECKING:
    from accounts.models import User
    from programs.models import Enrollment, Item

Kind = ScheduleRow.Kind


@transaction.atomic
def refresh_schedule(*, cohort: Cohort) -> int:
    """Write the rows that the pinned version, the start and the live sessions ask for.

    Rows edited by hand stay. A group whose session of some key is its own gets its own rows. A
    canceled session takes due dates back, never an opening. Returns how many rows changed.
    """
    locked = Cohort.objects.select_for_update(of=("self",)).get(pk=cohort.pk)
    slots = {(slot.key, slot.group_id): slot for slot in locked.live_slots.all()}
    known = {(row.group_id, row.module_id, row.kind): row for row in locked.schedule.all()}
    new: list[ScheduleRow] = []
    changed: list[ScheduleRow] = []
    for module in Module.objects.filter(version=locked.version_id):
        for kind, rule in ((Kind.RELEASE, module.release), (Kind.DUE, module.due)):
            key = session_key(rule.get("anchor", COHORT_START))
            groups = {None} | {group for slot_key, group in slots if key and slot_key == key}
            for group_id in groups:
                row = known.get((group_id, module.pk, kind)) or ScheduleRow(
                    cohort=locked, group_id=group_id, module=module, kind=kind
                )
                if _refresh(row, locked, rule, slots.get((key, group_id))):
                    (changed if row.pk else new).append(row)
    ScheduleRow.objects.bulk_create(new)
    ScheduleRow.objects.bulk_update(changed, ["anchor", "offset", "at_time", "at"])
    return len(new) + len(changed)


def _refresh(row: ScheduleRow, cohort: Cohort, rule: dict[str, str], slot: LiveSlot | None) -> bool:
    """Bring one row up to its rule; return whether it must be saved."""
    if row.edited_reason:
        return False
    before = (row.anchor, row.offset, row.at_time, row.at)
    is_cancelled = slot is not None and slot.state == LiveSlot.State.CANCELLED
    row.anchor = rule.get("anchor", COHORT_START)
    row.offset = rule.get("offset", "P0D")
    row.at_time = time.fromisoformat(rule["at"]) if rule.get("at") else None
    if not (is_cancelled and row.kind == Kind.RELEASE):
        row.at = resolve(
            anchor=row.anchor,
            offset=row.offset,
            at=row.at_time,
            zone=cohort.zone,
            starts_on=cohort.starts_on,
            session_starts_at=slot.starts_at if slot and not is_cancelled else None,
        )
    return row.pk is None or before != (row.anchor, row.offset, row.at_time, row.at)


@transaction.atomic
def edit_date(*, row: ScheduleRow, at: datetime, by: User, reason: str) -> ScheduleRow:
    """Set one date by hand; moving a session no longer changes it.

    Raises:
        ValidationError: "reason_missing".
    """
    if not reason.strip():
        raise ValidationError(_("Say why, in a few words."), code="reason_missing")
    locked = ScheduleRow.objects.select_for_update().get(pk=row.pk)
    locked.at, locked.edited_by, locked.edited_reason = at, by, reason.strip()
    locked.full_clean()
    locked.save()
    return locked


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
    Extension.objects.bulk_create(moved)
    return len(moved)


def _extensions(
    enrollment: Enrollment,
    items: list[Item],
    by_days: int,
    by: User,
    reason: str,
    from_due: bool,
    now: datetime,
) -> list[Extension]:
    zone = enrollment.cohort.zone
    rows = ScheduleRow.objects.filter(
        Q(group=None) | Q(group=enrollment.group_id), cohort=enrollment.cohort_id, kind=Kind.DUE
    )
    dues = {row.module_id: row.at for row in sorted(rows, key=lambda row: row.group_id is not None)}
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
            found.append(_extension(enrollment, item, later, by, reason, now))
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
