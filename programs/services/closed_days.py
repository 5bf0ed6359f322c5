"""Close days of a cohort, or open them again; dates that follow a rule make way."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from programs.models import BlackoutDate, Cohort
from programs.services.schedule_rows import refresh_schedule

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def add_blackout(
    *,
    cohort: Cohort,
    first_day: date,
    last_day: date | None = None,
    label: str = "",
    by: User,
    now: datetime,
) -> BlackoutDate:
    """Let nothing open or fall due from `first_day` to `last_day`; the same days twice is once.

    Raises:
        ValidationError: the last day lies before the first.
    """
    last = last_day or first_day
    known = cohort.blackouts.filter(first_day=first_day, last_day=last).first()
    if known is not None:
        return known
    blackout = BlackoutDate(cohort=cohort, first_day=first_day, last_day=last, label=label.strip())
    blackout.full_clean()
    blackout.save()
    reason = _("closed days: %(label)s") % {"label": blackout.label or blackout}
    refresh_schedule(cohort=cohort, by=by, reason=reason, now=now)
    return blackout


@transaction.atomic
def remove_blackout(*, blackout: BlackoutDate, by: User, now: datetime) -> None:
    """Open those days again."""
    cohort = blackout.cohort
    reason = _("no longer closed: %(label)s") % {"label": blackout.label or blackout}
    blackout.delete()
    refresh_schedule(cohort=cohort, by=by, reason=reason, now=now)
