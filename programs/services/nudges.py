"""Send a note to go on to people chosen by somebody of the practice: one a person and day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from notifications.models import OptOut
from notifications.services.messages import owe
from programs.models import Contact
from programs.notices.nudges import NUDGE, TOPIC

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from accounts.models import User
    from programs.models import Enrollment


@dataclass(frozen=True)
class NudgeOutcome:
    """How many notes are on their way, and why others are not."""

    sent: int
    today_already: int
    opted_out: int
    not_active: int


@transaction.atomic
def nudge(*, enrollments: Iterable[Enrollment], by: User, now: datetime) -> NudgeOutcome:
    """Owe each person one note today; who got one today, stopped such mail or left gets none.

    Args:
        enrollments: with `clinician` and `cohort` loaded.
        by: who sends it; answers go there.
    """
    chosen = list(enrollments)
    stopped = set(
        OptOut.objects.filter(
            person__in=[enrollment.clinician_id for enrollment in chosen], topic=TOPIC
        ).values_list("person", flat=True)
    )
    sent = today = opted_out = not_active = 0
    for enrollment in chosen:
        if enrollment.state != enrollment.State.ACTIVE:
            not_active += 1
        elif enrollment.clinician_id in stopped:
            opted_out += 1
        elif _send(enrollment, by, now):
            sent += 1
        else:
            today += 1
    return NudgeOutcome(sent, today, opted_out, not_active)


def _send(enrollment: Enrollment, by: User, now: datetime) -> bool:
    """Write the contact and owe the note; False if there was one today, from whomever."""
    day = now.astimezone(enrollment.cohort.zone).date()
    how = Contact.How.NUDGE
    made = Contact(enrollment=enrollment, by=by, how=how, at=now, on=day)
    Contact.objects.bulk_create([made], ignore_conflicts=True)
    contact = Contact.objects.get(enrollment=enrollment, how=how, on=day)
    if contact.public_id != made.public_id:
        return False
    owe(kind=NUDGE, subject=contact, recipient=enrollment.clinician, due_at=now, now=now)
    return True


@transaction.atomic
def note_contact(*, enrollment: Enrollment, how: str, by: User, now: datetime) -> Contact:
    """Record that `by` got in touch; never what was said."""
    day = now.astimezone(enrollment.cohort.zone).date()
    contact = Contact(enrollment=enrollment, by=by, how=how, at=now, on=day)
    contact.full_clean()
    contact.save()
    return contact
