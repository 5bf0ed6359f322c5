"""Before week 1, and once a week: what a learner confirms, and whom a yes reaches."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from notifications.services.messages import owe
from programs.models import Cohort, Enrollment, Module, PracticeConcern, Qualification
from programs.notices.safety import CONTACT_NOTE
from programs.reports.safety import CONTACT, start_obstacles
from programs.services.progress import lock_enrollment

if TYPE_CHECKING:
    from datetime import date, datetime

    from accounts.models import User


def check_may_open(cohort: Cohort, now: datetime) -> None:
    """Refuse a cohort whose program asks for more than it has.

    Raises:
        ValidationError: "no_contact"; "not_qualified".
    """
    for obstacle in start_obstacles(cohort, now):
        if obstacle == CONTACT:
            raise ValidationError(
                _("This program needs a named contact of the practice before it opens."),
                code="no_contact",
            )
        raise ValidationError(
            _("No facilitator of this cohort has a recorded, valid qualification: %(label)s.")
            % {"label": cohort.version.safety["qualification"]["label"]},
            code="not_qualified",
        )


@transaction.atomic
def confirm_screening(*, enrollment: Enrollment, now: datetime) -> Enrollment:
    """Note that the safety text was read; that, and no answer, is kept."""
    locked = lock_enrollment(enrollment)
    if locked.screening_read_at is None:
        locked.screening_read_at = now
        locked.save(update_fields=["screening_read_at", "updated_at"])
    enrollment.screening_read_at = locked.screening_read_at
    return enrollment


@transaction.atomic
def report_concern(
    *, enrollment: Enrollment, module: Module, now: datetime
) -> PracticeConcern | None:
    """Tell the named contact, and nobody else, that practice was upsetting.

    The mail names nobody and says nothing; the row is read by its author and the contact. The same
    week again is the same call. Must run as the author (`core.acting`). None without a contact.
    """
    contact = enrollment.cohort.contact
    if contact is None or not (contact.is_active and contact.is_consultant):
        return None
    lock_enrollment(enrollment)
    concern, is_new = PracticeConcern.objects.get_or_create(
        enrollment=enrollment,
        module=module,
        contact=contact,
        defaults={"author": enrollment.clinician, "reported_at": now},
    )
    if is_new:
        owe(
            kind=CONTACT_NOTE,
            subject=contact,  # the outbox links to no learner
            recipient=contact,
            rule=concern.public_id.hex[:32],
            due_at=now,
            not_after=now + timedelta(days=7),
            now=now,
        )
    return concern


@transaction.atomic
def answer_concern(
    *, concern: PracticeConcern, is_answered: bool, now: datetime
) -> PracticeConcern:
    """The contact notes having been in touch, or takes the note back. Must run as the contact."""
    locked = PracticeConcern.objects.select_for_update(of=("self",)).get(pk=concern.pk)
    if bool(locked.answered_at) != is_answered:
        locked.answered_at = now if is_answered else None
        locked.save(update_fields=["answered_at", "updated_at"])
    return locked


@transaction.atomic
def record_qualification(
    *, person: User, key: str, title: str, valid_from: date, expires_on: date | None, by: User
) -> Qualification:
    """Record what the owner has seen on paper.

    Raises:
        ValidationError: by field; "not_staff".
    """
    if not (person.is_active and person.is_consultant):
        raise ValidationError(_("Choose somebody of the practice."), code="not_staff")
    paper = Qualification(
        person=person,
        key=key,
        title=" ".join(title.split()),
        valid_from=valid_from,
        expires_on=expires_on,
        recorded_by=by,
    )
    paper.full_clean()
    paper.save()
    return paper


@transaction.atomic
def revoke_qualification(*, paper: Qualification, now: datetime) -> Qualification:
    """Take a paper back, from today on. What was opened with it stays open."""
    locked = Qualification.objects.select_for_update(of=("self",)).get(pk=paper.pk)
    if locked.revoked_at is None:
        locked.revoked_at = now
        locked.save(update_fields=["revoked_at", "updated_at"])
    return locked
