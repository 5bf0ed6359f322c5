"""Write the rows that a cohort's edition, start, sessions and people ask for, and log what moved."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from programs.engine.schedule import (
    COHORT_START,
    ENROLLED,
    ClosedDays,
    resolve,
    session_key,
)
from programs.models import Cohort, LiveSlot, Module, ScheduleChange, ScheduleRow
from programs.services.digests import owe_digests

if TYPE_CHECKING:
    from accounts.models import User
    from programs.models import Enrollment

Kind = ScheduleRow.Kind
_FIELDS = ["anchor", "offset", "at_time", "at"]


@dataclass
class _Ground:
    """What the dates of one cohort follow from, read once."""

    cohort: Cohort
    slots: dict[tuple[str, int | None], LiveSlot]
    closed: ClosedDays
    enrolled_on: dict[int, date] = field(default_factory=dict)  # only if a rule asks for it


@transaction.atomic
def refresh_schedule(
    *, cohort: Cohort, by: User | None = None, reason: str = "", now: datetime | None = None
) -> int:
    """Write the rows that the pinned version, the start and the live sessions ask for.

    Rows edited by hand stay. A group whose session of some key is its own gets its own rows, and
    with the anchor `enrolled` so does every learner. A canceled session takes due dates back, never
    an opening. Every date that moved is logged, and the learners concerned hear of it once, in the
    day's digest. Returns how many rows changed.

    Args:
        by: whose deed it follows from.
        reason: which deed: "session moved".
        now: for the log; None is this instant.
    """
    when = now or timezone.now()
    locked = Cohort.objects.select_for_update(of=("self",)).get(pk=cohort.pk)
    modules = list(Module.objects.filter(version=locked.version_id))
    ground = _ground(locked, modules)
    known = {
        (row.group_id, row.enrollment_id, row.module_id, row.kind): row
        for row in locked.schedule.all()
    }
    new: list[ScheduleRow] = []
    changed: list[ScheduleRow] = []
    moved: list[ScheduleChange] = []
    for module in modules:
        for kind, rule in ((Kind.RELEASE, module.release), (Kind.DUE, module.due)):
            for group_id, enrollment_id in _owners(ground, rule):
                row = known.get((group_id, enrollment_id, module.pk, kind)) or ScheduleRow(
                    cohort=locked,
                    group_id=group_id,
                    enrollment_id=enrollment_id,
                    module=module,
                    kind=kind,
                )
                old = row.at
                if not _bring_up(row, ground, rule):
                    continue
                (changed if row.pk else new).append(row)
                if row.pk and old != row.at:
                    moved.append(change_of(row, old=old, by=by, reason=reason, now=when))
    ScheduleRow.objects.bulk_create(new)
    ScheduleRow.objects.bulk_update(changed, _FIELDS)
    ScheduleChange.objects.bulk_create(moved)
    if new or changed:
        owe_digests(cohort=locked, now=when)
    return len(new) + len(changed)


@transaction.atomic
def add_own_dates(*, enrollment: Enrollment, now: datetime) -> None:
    """Write the rows of somebody who begins, and owe the digest of what opens for them next."""
    modules = Module.objects.filter(version=enrollment.cohort.version_id)
    if modules.filter(Q(release__anchor=ENROLLED) | Q(due__anchor=ENROLLED)).exists():
        refresh_schedule(cohort=enrollment.cohort, reason=_("somebody began"), now=now)
    else:
        owe_digests(cohort=enrollment.cohort, now=now)


def change_of(
    row: ScheduleRow, *, old: datetime | None, by: User | None, reason: str, now: datetime
) -> ScheduleChange:
    """Return the unsaved log line of a row that has its new date already."""
    return ScheduleChange(
        cohort_id=row.cohort_id,
        what=row.kind,
        module_id=row.module_id,
        group_id=row.group_id,
        enrollment_id=row.enrollment_id,
        old=old,
        new=row.at,
        by=by,
        reason=reason[:200],
        changed_at=now,
    )


def closed_days_of(cohort: Cohort) -> ClosedDays:
    return ClosedDays(
        weekends=cohort.skips_weekends,
        spans=tuple(cohort.blackouts.values_list("first_day", "last_day")),
    )


def _ground(cohort: Cohort, modules: list[Module]) -> _Ground:
    ground = _Ground(
        cohort=cohort,
        slots={(slot.key, slot.group_id): slot for slot in cohort.live_slots.all()},
        closed=closed_days_of(cohort),
    )
    if any(rule.get("anchor") == ENROLLED for m in modules for rule in (m.release, m.due)):
        accepted = cohort.enrollments.live().values_list("pk", "accepted_at")
        ground.enrolled_on = {
            pk: at.astimezone(cohort.zone).date() for pk, at in accepted if at is not None
        }
    return ground


def _owners(ground: _Ground, rule: dict[str, str]) -> set[tuple[int | None, int | None]]:
    """For whom the rule has a row: everybody, a group, or each learner."""
    anchor = rule.get("anchor", COHORT_START)
    owners: set[tuple[int | None, int | None]] = {(None, None)}
    if key := session_key(anchor):
        owners |= {(group, None) for slot_key, group in ground.slots if slot_key == key}
    if anchor == ENROLLED:
        owners |= {(None, enrollment) for enrollment in ground.enrolled_on}
    return owners


def _bring_up(row: ScheduleRow, ground: _Ground, rule: dict[str, str]) -> bool:
    """Bring one row up to its rule; return whether it must be saved."""
    if row.edited_reason:
        return False
    before = (row.anchor, row.offset, row.at_time, row.at)
    row.anchor = rule.get("anchor", COHORT_START)
    slot = ground.slots.get((session_key(row.anchor), row.group_id))
    is_cancelled = slot is not None and slot.state == LiveSlot.State.CANCELLED
    row.offset = rule.get("offset", "P0D")
    row.at_time = time.fromisoformat(rule["at"]) if rule.get("at") else None
    if not (is_cancelled and row.kind == Kind.RELEASE):
        row.at = resolve(
            anchor=row.anchor,
            offset=row.offset,
            at=row.at_time,
            zone=ground.cohort.zone,
            starts_on=ground.cohort.starts_on,
            session_starts_at=slot.starts_at if slot and not is_cancelled else None,
            enrolled_on=ground.enrolled_on.get(row.enrollment_id or 0),
            closed=ground.closed,
        )
    return row.pk is None or before != (row.anchor, row.offset, row.at_time, row.at)
