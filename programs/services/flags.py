"""Raise a flag for whoever needs a word, let it go once its reason is gone, and keep what came of it."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from time import monotonic
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from programs.engine.flags import PRACTICE, reasons
from programs.engine.schedule import local_instant
from programs.models import Cohort, CohortStaff, Enrollment, Flag, Item, LiveSlot
from programs.reports.cohort_progress import LearnerRow, cohort_progress
from programs.reports.shared_practice import shared_practice

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User

AGAIN_AFTER = timedelta(days=14)  # a closed flag whose reason still holds comes back
FOLLOWED_FOR = timedelta(days=60)  # after its end a cohort still has late work
SNOOZES = (3, 7, 14)  # days


@transaction.atomic
def refresh_flags(*, cohort: Cohort, now: datetime) -> int:
    """Bring the flags of a cohort up to `now`; doing it twice changes nothing. Returns how many rose."""
    locked = Cohort.objects.select_for_update(of=("self",)).get(pk=cohort.pk)
    holding = _holding(locked, now)
    standing = {
        (flag.enrollment_id, flag.reason): flag
        for flag in Flag.objects.filter(enrollment__cohort=locked, gone_at=None)
    }
    for key, flag in standing.items():
        if key not in holding:
            _let_go(flag, now)
        elif flag.closed_at and flag.closed_at + AGAIN_AFTER <= now:
            flag.gone_at = now
            flag.save(update_fields=["gone_at", "updated_at"])
    new = [
        Flag(enrollment_id=enrollment, reason=reason, raised_at=now, owner_id=owner)
        for (enrollment, reason), owner in holding.items()
        if (known := standing.get((enrollment, reason))) is None or known.gone_at
    ]
    Flag.objects.bulk_create(new)
    return len(new)


def refresh_due_flags(*, now: datetime, seconds: float = 40) -> int:
    """Refresh every running cohort; what does not fit into `seconds` waits for the next tick."""
    stop_at = monotonic() + seconds
    running = Cohort.objects.filter(
        starts_on__lte=now.date(), ends_on__gte=(now - FOLLOWED_FOR).date(), closed_at=None
    ).order_by("pk")
    raised = 0
    for cohort in running:
        raised += refresh_flags(cohort=cohort, now=now)
        if monotonic() > stop_at:
            break
    return raised


@transaction.atomic
def take_flags(*, flags: QuerySet[Flag], by: User) -> int:
    """Make `by` the owner: the one who has the word. Returns how many flags."""
    return flags.filter(pk__in=_locked(flags)).update(owner=by)


@transaction.atomic
def snooze_flags(*, flags: QuerySet[Flag], days: int, now: datetime) -> int:
    """Put them off.

    Raises:
        ValidationError: "invalid_days"; "flag_closed".
    """
    if days not in SNOOZES:
        raise ValidationError(_("Choose 3, 7 or 14 days."), code="invalid_days")
    return flags.filter(pk__in=_locked(flags)).update(snoozed_until=now + timedelta(days=days))


@transaction.atomic
def close_flags(*, flags: QuerySet[Flag], outcome: str, by: User, now: datetime) -> int:
    """Say what came of it.

    Raises:
        ValidationError: "invalid_outcome"; "flag_closed".
    """
    if outcome not in Flag.Outcome.values or outcome == Flag.Outcome.BY_ITSELF:
        raise ValidationError(_("Choose what came of it."), code="invalid_outcome")
    locked = flags.filter(pk__in=_locked(flags))
    return locked.update(outcome=outcome, closed_at=now, closed_by=by)


def _locked(flags: QuerySet[Flag]) -> list[int]:
    """Lock those still open; somebody may have closed them since the page was made."""
    rows = Flag.objects.select_for_update(of=("self",)).filter(pk__in=flags.values("pk"))
    found = list(rows.open().order_by("pk").values_list("pk", flat=True))
    if not found:
        raise ValidationError(_("Somebody closed it in the meantime."), code="flag_closed")
    return found


def _let_go(flag: Flag, now: datetime) -> None:
    flag.gone_at = now
    if not flag.closed_at:
        flag.closed_at, flag.outcome = now, Flag.Outcome.BY_ITSELF
    flag.save(update_fields=["gone_at", "closed_at", "outcome", "updated_at"])


def _holding(cohort: Cohort, now: datetime) -> dict[tuple[int, str], int | None]:
    """Return who has which reason now, and who should have the word."""
    progress = cohort_progress(cohort=cohort, at=now)
    starts_at = local_instant(cohort.starts_on, time(), cohort.zone)
    keys = dict(Enrollment.objects.filter(cohort=cohort).values_list("public_id", "pk"))
    owners = _owners(cohort)
    ahead = _sessions_ahead(cohort, now)
    shared = shared_practice(cohort=cohort, at=now)
    least = float(cohort.version.completion.get("attendance_min", 0))
    holding: dict[tuple[int, str], int | None] = {}
    for row in progress.learners:
        if not row.state or not row.accepted_at:
            continue
        pk = keys[row.enrollment_id]
        practice = shared.get(pk)
        for reason in reasons(
            at=now,
            state=row.state,
            started_at=max(starts_at, row.accepted_at),
            last_event_at=row.last_event_at,
            overdue=row.overdue,
            best_attendance=_best_attendance(row, ahead),
            attendance_min=least,
            adherence=practice.weeks if practice else (),
        ):
            owner = owners.get(row.group, owners.get(""))
            if reason == PRACTICE and practice:
                owner = practice.reader  # the one person who may know of it
            holding[pk, reason] = owner
    return holding


def _owners(cohort: Cohort) -> dict[str, int | None]:
    """Facilitators by the name of their group; "" is everybody else's, or the named contact."""
    staff = cohort.staff.filter(ended_at=None).exclude(role=CohortStaff.Role.COACH)
    found: dict[str, int | None] = {"": cohort.contact_id}
    for person, group in staff.order_by("-role", "-pk").values_list("person", "group__name"):
        found[group or ""] = person
    return found


def _sessions_ahead(cohort: Cohort, now: datetime) -> dict[str, int]:
    """Sessions to come by the name of a group; "" are everybody's, those not yet planned among them."""
    slots = LiveSlot.objects.filter(cohort=cohort).exclude(state=LiveSlot.State.CANCELLED)
    planned = set(slots.values_list("key", flat=True))
    bodies = Item.objects.filter(module__version=cohort.version_id, kind=Item.Kind.LIVE)
    sessions = {body.get("session") for body in bodies.values_list("body", flat=True)}
    found = {"": len(sessions - planned)}
    for name in slots.filter(Q(ends_at__gt=now)).values_list("group__name", flat=True):
        found[name or ""] = found.get(name or "", 0) + 1
    return found


def _best_attendance(row: LearnerRow, ahead: dict[str, int]) -> float | None:
    """The share that is present if all to come are; a held session without a mark may yet count."""
    to_come = ahead[""] + (ahead.get(row.group, 0) if row.group else 0)
    to_come += row.attendance.unmarked
    every = row.attendance.marked + to_come
    return (row.attendance.present + to_come) / every if every else None
