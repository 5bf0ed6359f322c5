"""A clinician's way into a cohort and out of it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Consent, Membership, Organization, Unit, User
from accounts.services.invitations import invite, send_invitation
from programs.models import Cohort, Enrollment
from programs.services.engagements import lock_engagement, seats_taken
from programs.services.past_completions import carry_completions
from programs.services.schedule_rows import add_own_dates
from programs.signals import enrollment_withdrawn

if TYPE_CHECKING:
    from programs.models import CohortGroup


@transaction.atomic
def enroll(
    *,
    cohort: Cohort,
    user: User,
    group: CohortGroup | None = None,
    unit: Unit | None = None,
    profession: str = "",
    by: User,
    now: datetime,
) -> Enrollment:
    """Give `user` a place in the cohort, state invited; who has one keeps it. Sends nothing.

    Raises:
        ValidationError: "closed"; "no_seats"; "wrong_cohort": the group is another cohort's;
            "wrong_unit": the unit is another organization's.
    """
    engagement = lock_engagement(cohort.engagement_id)
    standing = cohort.enrollments.filter(
        clinician=user, voided_at=None, transferred_out_at=None
    ).first()
    if standing is not None:
        return standing
    if cohort.closed_at is not None:
        raise ValidationError(_("This cohort is closed."), code="closed")
    if seats_taken(engagement) >= engagement.seats:
        raise ValidationError(
            _("All %(seats)s seats of the contract are taken.") % {"seats": engagement.seats},
            code="no_seats",
        )
    if group is not None and group.cohort_id != cohort.pk:
        raise ValidationError(_("That group belongs to another cohort."), code="wrong_cohort")
    if unit is not None and unit.organization_id != engagement.organization_id:
        raise ValidationError(_("That unit belongs to another organization."), code="wrong_unit")
    enrollment = Enrollment(
        cohort=cohort,
        clinician=user,
        group=group,
        unit=unit,
        profession=profession or user.profession,
        invited_at=now,
    )
    enrollment.full_clean()
    enrollment.save()
    return enrollment


@transaction.atomic
def invite_person(
    *,
    cohort: Cohort,
    email: str,
    name: str = "",
    unit: Unit | None = None,
    profession: str = "",
    by: User,
    now: datetime,
) -> Enrollment:
    """Enroll one person by address and owe them the invitation.

    Raises:
        ValidationError: a malformed address; as for `enroll`.
    """
    invitation = invite(
        organization=cohort.engagement.organization,
        email=email,
        name=name,
        role=Membership.Role.CLINICIAN,
        unit=unit,
        profession=profession,
        invited_by=by,
        now=now,
    )
    enrollment = enroll(
        cohort=cohort, user=invitation.user, unit=unit, profession=profession, by=by, now=now
    )
    if enrollment.state == Enrollment.State.INVITED:
        send_invitation(invitation=invitation, now=now)
    return enrollment


@transaction.atomic
def accept(*, enrollment: Enrollment, consent: Consent, now: datetime) -> Enrollment:
    """Begin: the person signed. Accepting twice keeps the first signature.

    Raises:
        ValidationError: "not_open": withdrawn, transferred or void; "wrong_consent": signed by
            somebody else, for another organization, or taken back.
    """
    locked = _lock(enrollment)
    if locked.accepted_at:
        return locked
    if locked.state != Enrollment.State.INVITED:
        raise ValidationError(_("This place is no longer open."), code="not_open")
    organization_id = locked.cohort.engagement.organization_id
    if (
        consent.user_id != locked.clinician_id
        or consent.disclosure.organization_id != organization_id
        or consent.action != Consent.Action.SIGNED
    ):
        raise ValidationError(_("That is not this place's signature."), code="wrong_consent")
    locked.consent, locked.accepted_at = consent, now
    locked.full_clean()
    locked.save()
    add_own_dates(enrollment=locked, now=now)
    return locked


@transaction.atomic
def accept_invited(
    *, user: User, organization: Organization, consent: Consent, now: datetime
) -> list[Enrollment]:
    """Accept every place that waits for `user` in the cohorts of `organization`."""
    waiting = Enrollment.objects.filter(
        clinician=user,
        cohort__engagement__organization=organization,
        accepted_at=None,
        withdrawn_at=None,
        transferred_out_at=None,
        voided_at=None,
    ).order_by("pk")
    return [accept(enrollment=enrollment, consent=consent, now=now) for enrollment in waiting]


@transaction.atomic
def withdraw(
    *, enrollment: Enrollment, by: User | None, reason: str = "", now: datetime
) -> Enrollment:
    """End taking part; what was done stays. The apps above cancel what lies ahead.

    Raises:
        ValidationError: "not_open": transferred or void.
    """
    locked = _lock(enrollment)
    if locked.withdrawn_at:
        return locked
    if locked.transferred_out_at or locked.voided_at:
        raise ValidationError(_("This place has ended already."), code="not_open")
    locked.withdrawn_at, locked.ended_reason = now, reason.strip()[:200]
    return _end(locked, by, now)


@transaction.atomic
def transfer(*, enrollment: Enrollment, to: Cohort, by: User, now: datetime) -> Enrollment:
    """Move somebody to another cohort of the same organization; returns the new enrollment.

    Of the same program, what was done counts there as well, at the time it was done.

    Raises:
        ValidationError: "not_open"; "other_organization"; as for `enroll`.
    """
    locked = _lock(enrollment)
    if locked.state not in (Enrollment.State.INVITED, Enrollment.State.ACTIVE):
        raise ValidationError(_("This place has ended already."), code="not_open")
    if to.engagement.organization_id != locked.cohort.engagement.organization_id:
        raise ValidationError(
            _("Choose a cohort of the same organization."), code="other_organization"
        )
    locked.transferred_out_at = now
    _end(locked, by, now)
    moved = enroll(
        cohort=to,
        user=locked.clinician,
        unit=locked.unit,
        profession=locked.profession,
        by=by,
        now=now,
    )
    if locked.consent and moved.accepted_at is None:
        moved = accept(enrollment=moved, consent=locked.consent, now=now)
        carry_completions(source=locked, target=moved, now=now)
    return moved


@transaction.atomic
def void(*, enrollment: Enrollment, by: User | None, reason: str, now: datetime) -> Enrollment:
    """Take back a place given in error: it leaves every count, and the seat is free again."""
    locked = _lock(enrollment)
    if locked.voided_at:
        return locked
    locked.voided_at, locked.ended_reason = now, reason.strip()[:200]
    return _end(locked, by, now)


def _end(enrollment: Enrollment, by: User | None, now: datetime) -> Enrollment:
    enrollment.full_clean()
    enrollment.save()
    enrollment_withdrawn.send(sender=Enrollment, enrollment=enrollment, by=by, now=now)
    return enrollment


def _lock(enrollment: Enrollment) -> Enrollment:
    return (
        Enrollment.objects.select_for_update(of=("self",))
        .select_related("cohort__engagement", "clinician", "unit", "consent__disclosure")
        .get(pk=enrollment.pk)
    )
