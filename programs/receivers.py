"""What accounts tells this app, and one service another, inside its transaction."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.dispatch import receiver

from accounts.models import Membership
from accounts.signals import consent_withdrawn, invitation_accepted, invitation_revoked
from programs.models import Enrollment
from programs.services.buddies import end_buddies
from programs.services.certificates import issue_certificate
from programs.services.enrollments import accept_invited, void, withdraw
from programs.signals import enrollment_withdrawn, program_completed

if TYPE_CHECKING:
    from accounts.models import Consent, Invitation


@receiver(invitation_accepted)
def begin_enrollments(
    sender: object, invitation: Invitation, consent: Consent | None, now: datetime, **kwargs: Any
) -> None:
    """A clinician signed: every place that waited for them in the organization begins."""
    if consent is not None:
        accept_invited(
            user=invitation.user, organization=invitation.organization, consent=consent, now=now
        )


@receiver(invitation_revoked)
def void_waiting_enrollments(
    sender: object, invitation: Invitation, now: datetime, **kwargs: Any
) -> None:
    if invitation.role != Membership.Role.CLINICIAN:
        return
    for enrollment in Enrollment.objects.filter(
        clinician=invitation.user_id,
        cohort__engagement__organization=invitation.organization_id,
        accepted_at=None,
        voided_at=None,
    ):
        void(enrollment=enrollment, by=None, reason="invitation revoked", now=now)


@receiver(consent_withdrawn)
def end_enrollments(sender: object, consent: Consent, now: datetime, **kwargs: Any) -> None:
    """A signature was taken back: what was begun under it ends."""
    for enrollment in Enrollment.objects.filter(
        clinician=consent.user_id,
        consent__disclosure=consent.disclosure_id,
        withdrawn_at=None,
        transferred_out_at=None,
        voided_at=None,
    ):
        withdraw(enrollment=enrollment, by=consent.user, reason="consent withdrawn", now=now)


@receiver(program_completed)
def give_certificate(sender: object, enrollment: Enrollment, now: datetime, **kwargs: Any) -> None:
    """Completion and its certificate come together, or neither does."""
    issue_certificate(enrollment=enrollment, now=now)


@receiver(enrollment_withdrawn)
def free_their_buddy(sender: object, enrollment: Enrollment, now: datetime, **kwargs: Any) -> None:
    """Somebody left: their buddy is free for another."""
    end_buddies(enrollment=enrollment, is_over=True, now=now)
