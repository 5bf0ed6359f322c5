"""What a learner opens to one person or to the own group, and closes again. Never the other way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from programs.models import CohortStaff, Reflection, Share
from programs.services.progress import lock_enrollment
from programs.services.rubrics import observers_for

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from accounts.models import User
    from programs.models import Enrollment


def readers_for(enrollment: Enrollment) -> QuerySet[User]:
    """Whom a learner may share with by name: facilitators and coaches of the own group."""
    return observers_for(enrollment)


@transaction.atomic
def share_practice(*, enrollment: Enrollment, now: datetime) -> Share:
    """Show the minutes of this enrollment to the learner's coach: no text, no time of day.

    Raises:
        ValidationError: "no_coach".
    """
    locked = lock_enrollment(enrollment)
    if locked.coach_id is None:
        raise ValidationError(_("You have no coach yet."), code="no_coach")
    known = Share.objects.of_practice().filter(enrollment=locked, person=locked.coach_id).first()
    if known:
        return known
    share = Share(
        enrollment=locked, kind=Share.Kind.PRACTICE, person_id=locked.coach_id, started_at=now
    )
    share.full_clean()
    share.save()
    return share


@transaction.atomic
def share_reflection(*, reflection: Reflection, person: User | None, now: datetime) -> Share:
    """Open a submitted reflection to `person`, or to the own group if that is None.

    Raises:
        ValidationError: "not_submitted"; "not_a_reader": nobody of the own group's team.
    """
    locked = lock_enrollment(reflection.enrollment)
    if reflection.submitted_at is None:
        raise ValidationError(_("Finish it first; a draft stays yours."), code="not_submitted")
    if person is not None and not readers_for(locked).filter(pk=person.pk).exists():
        raise ValidationError(_("Choose someone of your program's team."), code="not_a_reader")
    fields = {
        "enrollment": locked,
        "kind": Share.Kind.REFLECTION,
        "reflection": reflection,
        "person": person,
        "with_group": person is None,
        "group_id": locked.group_id if person is None else None,
    }
    known = Share.objects.standing().filter(**fields).first()
    if known:
        return known
    share = Share(**fields, started_at=now)
    share.full_clean()
    share.save()
    return share


@transaction.atomic
def end_share(*, share: Share, now: datetime) -> Share:
    """Close it: from this moment the reader sees nothing more of it."""
    lock_enrollment(share.enrollment)
    if share.ended_at is None:
        Share.objects.standing().filter(pk=share.pk).update(ended_at=now, updated_at=now)
        share.refresh_from_db()
    return share


def end_shares_with(*, staff: CohortStaff, now: datetime) -> int:
    """Close what was shared with somebody who has left a cohort's team altogether."""
    roles = CohortStaff.objects.filter(cohort=staff.cohort_id, person=staff.person_id)
    if roles.filter(ended_at=None).exists():
        return 0
    return (
        Share.objects.standing()
        .filter(person=staff.person_id, enrollment__cohort=staff.cohort_id)
        .update(ended_at=now, updated_at=now)
    )
