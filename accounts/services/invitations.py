"""Invite a person into an organization; send, renew, revoke and accept the invitation."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Consent, Invitation, Membership, Organization, Unit, User
from accounts.notices import INVITATION
from accounts.services.consents import sign
from accounts.services.disclosures import publish_disclosure
from accounts.services.memberships import hold_membership, start_membership
from accounts.services.users import complete_account, find_or_make_user
from accounts.signals import invitation_accepted, invitation_revoked
from notifications.services.messages import owe, supersede


@transaction.atomic
def invite(
    *,
    organization: Organization,
    email: str,
    name: str,
    role: str,
    unit: Unit | None,
    profession: str,
    invited_by: User | None,
    now: datetime,
) -> Invitation:
    """Make a person's invitation into `organization`. Sends nothing: `send_invitation()` does.

    Inviting again is harmless: an invitation that is open is returned as it is; one that has
    expired is renewed, which replaces its link. An organization without a disclosure gets the
    strictest one, so that there is something to sign.

    Args:
        email: where the link goes, and the account it is bound to.
        role: a `Membership.Role`.
        unit: a unit of the same organization, or None.
        now: from which it is valid, for `settings.INVITATION_VALID_DAYS` days.

    Raises:
        ValidationError: "invalid" address; "inactive" account; "foreign_unit"; "invalid_role".
    """
    if role not in Membership.Role.values:
        raise ValidationError(_("Unknown role."), code="invalid_role")
    if unit is not None and unit.organization_id != organization.pk:
        raise ValidationError(_("This unit is of another organization."), code="foreign_unit")
    # One at a time per organization, so that two uploads of one roster make one invitation each.
    organization = Organization.objects.select_for_update().get(pk=organization.pk)
    user = find_or_make_user(
        email=email, name=name, profession=profession, time_zone=organization.time_zone
    )
    hold_membership(user=user, organization=organization, role=role, unit=unit)
    is_clinician = role == Membership.Role.CLINICIAN
    if is_clinician and not organization.disclosures.in_force(now):
        publish_disclosure(
            organization=organization, visibility="aggregate_only", thresholds={}, now=now
        )
    invitation = Invitation.objects.filter(
        organization=organization, user=user, role=role, accepted_at=None, revoked_at=None
    ).first()
    if invitation is None:
        invitation = Invitation(
            organization=organization, user=user, role=role, invited_by=invited_by
        )
    elif invitation.expires_at > now:
        return invitation
    else:
        invitation.rev += 1
        invitation.sent_at = None
        invitation.invited_by = invited_by or invitation.invited_by
    invitation.expires_at = now + timedelta(days=settings.INVITATION_VALID_DAYS)
    invitation.refresh_token_hash()
    # Rosters come by the thousand: keys and uniqueness are left to the database's constraints.
    invitation.clean_fields(exclude=["organization", "user", "invited_by"])
    invitation.save()
    return invitation


@transaction.atomic
def send_invitation(*, invitation: Invitation, now: datetime) -> None:
    """Owe the mail of an open invitation, once per link. Its time to accept starts now.

    Raises:
        ValidationError: "used", "revoked" or "expired".
    """
    locked = lock_invitation(invitation.pk)
    refuse_closed(locked, now)
    if locked.sent_at is None:
        locked.sent_at = now
        locked.expires_at = now + timedelta(days=settings.INVITATION_VALID_DAYS)
        locked.save(update_fields=["sent_at", "expires_at", "updated_at"])
        owe(
            kind=INVITATION,
            subject=locked,
            recipient=locked.user,
            rule="sent",
            due_at=now,
            not_after=locked.expires_at,
            now=now,
        )
    invitation.sent_at, invitation.expires_at = locked.sent_at, locked.expires_at


@transaction.atomic
def resend(*, invitation: Invitation, now: datetime) -> Invitation:
    """Send a new link, good for the full time; the old one is dead. Also after expiry.

    Raises:
        ValidationError: "used" or "revoked".
    """
    locked = lock_invitation(invitation.pk)
    if locked.accepted_at or locked.revoked_at:
        refuse_closed(locked, now)
    locked.rev += 1
    locked.sent_at = None
    locked.expires_at = now + timedelta(days=settings.INVITATION_VALID_DAYS)
    locked.refresh_token_hash()
    locked.save()
    _take_back_mail(locked)
    send_invitation(invitation=locked, now=now)
    return locked


@transaction.atomic
def revoke(*, invitation: Invitation, now: datetime) -> Invitation:
    """Make an open invitation worthless; the membership that nobody accepted ends with it.

    Raises:
        ValidationError: "used"; "revoked" if it already was.
    """
    locked = lock_invitation(invitation.pk)
    if locked.accepted_at or locked.revoked_at:
        refuse_closed(locked, now)
    locked.revoked_at = now
    locked.rev += 1  # mails of the old link are no longer current
    locked.save(update_fields=["revoked_at", "rev", "updated_at"])
    _take_back_mail(locked)
    Membership.objects.filter(
        user=locked.user,
        organization=locked.organization,
        role=locked.role,
        started_at=None,
        ended_at=None,
    ).update(ended_at=now, updated_at=now)
    invitation_revoked.send(sender=Invitation, invitation=locked, now=now)
    return locked


@transaction.atomic
def accept(
    *,
    invitation: Invitation,
    typed_name: str,
    name: str,
    password: str | None,
    now: datetime,
    shown_sha256: str | None = None,
) -> Consent | None:
    """Use an invitation up: sign the disclosure, start the membership, prove the address.

    Everything is read again under the invitation's lock, so of two simultaneous callers one wins.
    Sends `invitation_accepted` inside the transaction.

    Args:
        typed_name: the signature of a clinician; organization admins sign nothing.
        name: what the person is called; empty keeps the name they have.
        password: for a new account, or None to sign in by e-mailed codes.
        now: at which it must not have expired.
        shown_sha256: of the text that was shown; None skips the comparison.

    Returns:
        The signature, or None for an organization admin.

    Raises:
        ValidationError: "used", "revoked", "expired", "inactive"; "has_account" for a password
            where the account already has an owner; "no_disclosure"; "disclosure_changed";
            "signature_required"; the codes of the password validators.
    """
    locked = lock_invitation(invitation.pk)
    refuse_closed(locked, now)
    user = locked.user
    if not user.is_active:
        raise ValidationError(_("This account is deactivated."), code="inactive")
    complete_account(user=user, name=name, password=password)
    consent = None
    if locked.role == Membership.Role.CLINICIAN:
        disclosure = locked.organization.disclosures.in_force(now)
        if disclosure is None:
            raise ValidationError(
                _("What your organization sees is not settled yet. Please ask who invited you."),
                code="no_disclosure",
            )
        if shown_sha256 is not None and shown_sha256 != disclosure.sha256:
            raise ValidationError(
                _("What your organization sees was changed meanwhile. Please read it again."),
                code="disclosure_changed",
            )
        consent = sign(user=user, disclosure=disclosure, typed_name=typed_name, now=now)
    start_membership(user=user, organization=locked.organization, role=locked.role, now=now)
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    locked.accepted_at = now
    locked.save(update_fields=["accepted_at", "updated_at"])
    invitation_accepted.send(sender=Invitation, invitation=locked, consent=consent, now=now)
    invitation.refresh_from_db()
    return consent


def find_by_token(token: str) -> Invitation | None:
    """Return the invitation of a link: whoever holds the link may read it."""
    return (
        Invitation.objects.with_token(token)
        .select_related("organization", "user", "invited_by")
        .first()
    )


def lock_invitation(pk: int) -> Invitation:
    """Read an invitation again, for this transaction alone."""
    return (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("user", "organization")
        .get(pk=pk)
    )


def refuse_closed(invitation: Invitation, now: datetime) -> None:
    """Raise ValidationError "used", "revoked" or "expired" unless the invitation is open."""
    if invitation.accepted_at:
        raise ValidationError(_("This invitation has already been accepted."), code="used")
    if invitation.revoked_at:
        raise ValidationError(_("This invitation has been taken back."), code="revoked")
    if invitation.expires_at <= now:
        raise ValidationError(_("This invitation has expired."), code="expired")


def _take_back_mail(invitation: Invitation) -> None:
    supersede(
        subject_kind=invitation._meta.label_lower,
        subject_id=invitation.pk,
        below_rev=invitation.rev,
    )
