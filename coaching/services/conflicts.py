"""Who should not meet in coaching: declared, ended, and asked before people are brought together.

Refusals say neither who nor why.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from coaching.models import Booking, CoachingSession, Conflict, WaitlistEntry

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def declare_conflict(*, person: User, other: User, kind: str, by: User) -> Conflict:
    """Note that `person` supervises, evaluates or privately knows `other`.

    It concerns what is booked from now on; what is booked already stays.

    Raises:
        ValidationError: "already_declared"; by field.
    """
    conflict = Conflict(person=person, other=other, kind=kind, declared_by=by)
    conflict.full_clean()
    conflict.save()
    return conflict


@transaction.atomic
def end_conflict(*, conflict: Conflict, now: datetime) -> None:
    """It holds no longer; the row stays as a record."""
    Conflict.objects.filter(pk=conflict.pk, ended_at=None).update(ended_at=now)


def excluded(*, clinician_id: int, coach_ids: Iterable[int]) -> set[int]:
    """Return which of these coaches may not coach the clinician, for whatever reason."""
    pairs = Conflict.objects.standing().between(clinician_id, coach_ids)
    return {
        one for pair in pairs.values_list("person", "other") for one in pair if one != clinician_id
    }


def kept_apart_from(person_id: int, other_ids: Iterable[int]) -> set[int]:
    """Return which of these people must not observe a person or be their buddy."""
    return excluded(clinician_id=person_id, coach_ids=other_ids)


def may_share(*, coaching_session: CoachingSession, clinician: User) -> bool:
    """Whether the clinician may sit in this group: with its coach, and with who is in it already.

    People to whom a place is offered count as in it.
    """
    if excluded(clinician_id=clinician.pk, coach_ids=[coaching_session.coach_id]):
        return False
    if coaching_session.allows_hierarchy:
        return True
    booked = Booking.objects.filter(coaching_session=coaching_session).live()
    offered = WaitlistEntry.objects.filter(
        coaching_session=coaching_session, state=WaitlistEntry.State.OFFERED
    )
    members = {*booked.values_list("clinician", flat=True)}
    members |= {*offered.values_list("clinician", flat=True)}
    members.discard(clinician.pk)
    return not Conflict.objects.hierarchical().between(clinician.pk, members).exists()
