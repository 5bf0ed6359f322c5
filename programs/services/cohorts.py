"""Make, change, staff, open and close cohorts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from programs.models import Cohort, CohortGroup, CohortStaff, ScheduleChange
from programs.services.digests import owe_digests
from programs.services.safety import check_may_open
from programs.services.schedule_rows import refresh_schedule
from programs.services.shares import end_shares_with
from programs.signals import cohort_closed

if TYPE_CHECKING:
    from accounts.models import User
    from programs.models import Engagement, ProgramVersion

Role = CohortStaff.Role
EDITABLE = (
    "name",
    "starts_on",
    "ends_on",
    "time_zone",
    "grace_days",
    "lapse_days",
    "skips_weekends",
    "contact",
)


@transaction.atomic
def create_cohort(
    *,
    engagement: Engagement,
    version: ProgramVersion,
    facilitators: Iterable[User] = (),
    coaches: Iterable[User] = (),
    by: User,
    now: datetime,
    **fields: Any,
) -> Cohort:
    """Make a cohort that takes exactly `version`, with its dates and staff.

    Args:
        fields: those named in `EDITABLE`; the time zone is the organization's if left out.

    Raises:
        ValidationError: by field; "not_published": the version; "unknown_zone"; "not_staff": a
            facilitator or coach is not of the practice.
    """
    if version.published_at is None:
        raise ValidationError(_("That edition is not published."), code="not_published")
    fields.setdefault("time_zone", engagement.organization.time_zone)
    cohort = Cohort(engagement=engagement, version=version)
    _save(cohort, fields, by, now)
    for people, role in ((facilitators, Role.FACILITATOR), (coaches, Role.COACH)):
        for person in people:
            add_staff(cohort=cohort, person=person, role=role, by=by)
    return cohort


@transaction.atomic
def edit_cohort(*, cohort: Cohort, by: User, now: datetime | None = None, **fields: Any) -> Cohort:
    """Change a cohort; a new start or zone moves every date that nobody edited by hand.

    Args:
        now: for the log of dates; None is this instant.

    Raises:
        ValidationError: by field; "unknown_zone".
    """
    locked = Cohort.objects.select_for_update(of=("self",)).get(pk=cohort.pk)
    _save(locked, fields, by, now or timezone.now())
    return locked


@transaction.atomic
def add_staff(
    *, cohort: Cohort, person: User, role: str, group: CohortGroup | None = None, by: User
) -> CohortStaff:
    """Give `person` a role in the cohort; the same role again changes nothing.

    Raises:
        ValidationError: "not_staff": not an active person of the practice; "wrong_cohort".
    """
    if not (person.is_active and person.is_consultant):
        raise ValidationError(_("Choose somebody of the practice."), code="not_staff")
    if group is not None and group.cohort_id != cohort.pk:
        raise ValidationError(_("That group belongs to another cohort."), code="wrong_cohort")
    Cohort.objects.select_for_update(of=("self",)).get(pk=cohort.pk)
    standing = cohort.staff.filter(person=person, role=role, ended_at=None).first()
    if standing is not None:
        return standing
    staff = CohortStaff(cohort=cohort, person=person, role=role, group=group)
    staff.full_clean()
    staff.save()
    return staff


@transaction.atomic
def end_staff(*, staff: CohortStaff, by: User, now: datetime) -> CohortStaff:
    """End a role; the person's view of the cohort ends with it."""
    locked = CohortStaff.objects.select_for_update(of=("self",)).get(pk=staff.pk)
    if locked.ended_at is None:
        locked.ended_at = now
        locked.save(update_fields=["ended_at", "updated_at"])
        end_shares_with(staff=locked, now=now)
    return locked


@transaction.atomic
def add_group(*, cohort: Cohort, name: str, by: User) -> CohortGroup:
    """Add a group; live sessions and threads may be per group."""
    group = CohortGroup(cohort=cohort, name=" ".join(name.split()))
    group.full_clean()
    group.save()
    return group


@transaction.atomic
def open_everything(*, cohort: Cohort, by: User, now: datetime | None = None) -> Cohort:
    """Open every module of the cohort at once; due dates stay. Logged; `follow_schedule` undoes it.

    Args:
        now: None is this instant.

    Raises:
        ValidationError: "no_contact"; "not_qualified": as the program's safety text asks.
    """
    when = now or timezone.now()
    check_may_open(cohort, when)
    return _set_open(cohort, when, by, when)


@transaction.atomic
def follow_schedule(*, cohort: Cohort, by: User, now: datetime) -> Cohort:
    """Undo `open_everything`: modules open by their dates again; what was done stays readable."""
    return _set_open(cohort, None, by, now)


def _set_open(cohort: Cohort, at: datetime | None, by: User, now: datetime) -> Cohort:
    locked = Cohort.objects.select_for_update(of=("self",)).get(pk=cohort.pk)
    old = locked.everything_open_at
    if (old is None) == (at is None):
        return locked
    locked.everything_open_at = at
    locked.save(update_fields=["everything_open_at", "updated_at"])
    ScheduleChange.objects.create(
        cohort=locked, what=ScheduleChange.What.OPEN, old=old, new=at, by=by, changed_at=now
    )
    owe_digests(cohort=locked, now=now)
    return locked


@transaction.atomic
def close_cohort(*, cohort: Cohort, by: User, now: datetime) -> Cohort:
    """Close a cohort; what people did stays theirs to read."""
    locked = Cohort.objects.select_for_update(of=("self",)).get(pk=cohort.pk)
    if locked.closed_at is None:
        locked.closed_at = now
        locked.save(update_fields=["closed_at", "updated_at"])
        cohort_closed.send(sender=Cohort, cohort=locked, by=by, now=now)
    return locked


def _save(cohort: Cohort, fields: Mapping[str, Any], by: User, now: datetime) -> None:
    if unknown := fields.keys() - set(EDITABLE):
        raise TypeError(f"not fields of a cohort: {sorted(unknown)}")
    for name, value in fields.items():
        setattr(cohort, name, value)
    if cohort.time_zone not in available_timezones():
        message = ValidationError(_("Unknown time zone."), code="unknown_zone")
        raise ValidationError({"time_zone": message})
    cohort.full_clean()
    cohort.save()
    refresh_schedule(cohort=cohort, by=by, reason=_("cohort changed"), now=now)
