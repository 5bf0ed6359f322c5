"""Invite a whole list of clinicians: the rules of `invite()`, in queries that do not grow with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Invitation, Membership, Organization, Unit, User
from accounts.notices import INVITATION
from accounts.services.disclosures import publish_disclosure
from notifications.services.message_lists import owe_all

BATCH = 1000


@dataclass(frozen=True)
class Invitee:
    """One person of a list: a valid address in lower case, and what is known of them."""

    email: str
    name: str = ""
    profession: str = ""
    unit: Unit | None = None


@transaction.atomic
def invite_list(
    *, organization: Organization, people: Sequence[Invitee], invited_by: User, now: datetime
) -> dict[str, Invitation]:
    """Make accounts, memberships and open invitations of clinicians. Sends nothing.

    As with `invite()`: an open invitation is returned as it is, an expired one is renewed, and of
    an account that exists only what is empty is filled in. About twelve queries per 1,000 people.

    Returns:
        By address, the open invitation with its user loaded.

    Raises:
        ValidationError: "inactive": an account of the list is deactivated.
    """
    organization = Organization.objects.select_for_update().get(pk=organization.pk)
    if not organization.disclosures.in_force(now):
        publish_disclosure(
            organization=organization, visibility="aggregate_only", thresholds={}, now=now
        )
    users = _find_or_make_users(people, organization.time_zone)
    if any(not user.is_active for user in users.values()):
        raise ValidationError(_("This person's account is deactivated."), code="inactive")
    _hold_memberships(organization, people, users)
    return _open_invitations(organization, users, invited_by, now)


@transaction.atomic
def send_list(*, invitations: Iterable[Invitation], now: datetime) -> int:
    """Owe the mail of each open invitation that was never sent; return how many were owed."""
    waiting = list(
        Invitation.objects.select_for_update(of=("self",))
        .filter(pk__in=[invitation.pk for invitation in invitations], sent_at=None)
        .open_at(now)
        .select_related("user")
        .order_by("pk")
    )
    expires_at = now + timedelta(days=settings.INVITATION_VALID_DAYS)
    Invitation.objects.filter(pk__in=[invitation.pk for invitation in waiting]).update(
        sent_at=now, expires_at=expires_at, updated_at=now
    )
    owe_all(
        kind=INVITATION,
        subjects=[(invitation, invitation.user) for invitation in waiting],
        rule="sent",
        not_after=expires_at,
        now=now,
    )
    return len(waiting)


def _find_or_make_users(people: Sequence[Invitee], time_zone: str) -> dict[str, User]:
    made = [
        User(
            email=person.email,
            name=person.name,
            profession=person.profession,
            time_zone=time_zone,
            password="!",  # noqa: S106  # marks an unusable password
        )
        for person in people
    ]
    User.objects.bulk_create(made, ignore_conflicts=True, batch_size=BATCH)
    emails = [person.email for person in people]
    users = {user.email.lower(): user for user in User.objects.filter(email__in=emails)}
    # Unproved until the person follows the invitation or enters a code sent to it.
    addresses = [EmailAddress(user=user, email=user.email, primary=True) for user in users.values()]
    EmailAddress.objects.bulk_create(addresses, ignore_conflicts=True, batch_size=BATCH)
    poorer = []
    for person in people:
        user = users[person.email]
        if (person.name and not user.name) or (person.profession and not user.profession):
            user.name = user.name or person.name
            user.profession = user.profession or person.profession
            poorer.append(user)
    User.objects.bulk_update(poorer, ["name", "profession"], batch_size=BATCH)
    return users


def _hold_memberships(
    organization: Organization, people: Sequence[Invitee], users: dict[str, User]
) -> None:
    role = Membership.Role.CLINICIAN
    Membership.objects.bulk_create(
        [
            Membership(
                user=users[person.email], organization=organization, role=role, unit=person.unit
            )
            for person in people
        ],
        ignore_conflicts=True,
        batch_size=BATCH,
    )
    units = {users[person.email].pk: person.unit for person in people if person.unit}
    moved = []
    for membership in Membership.objects.live().filter(
        organization=organization, role=role, user__in=units
    ):
        unit = units[membership.user_id]
        if membership.unit_id != unit.pk:
            membership.unit = unit
            moved.append(membership)
    Membership.objects.bulk_update(moved, ["unit"], batch_size=BATCH)


def _open_invitations(
    organization: Organization, users: dict[str, User], invited_by: User, now: datetime
) -> dict[str, Invitation]:
    expires_at = now + timedelta(days=settings.INVITATION_VALID_DAYS)
    role = Membership.Role.CLINICIAN
    known = {
        invitation.user_id: invitation
        for invitation in Invitation.objects.select_for_update().filter(
            organization=organization,
            user__in=users.values(),
            role=role,
            accepted_at=None,
            revoked_at=None,
        )
    }
    new, renewed = [], []
    found = {}
    for email, user in users.items():
        invitation = known.get(user.pk)
        if invitation is None:
            invitation = Invitation(
                organization=organization, user=user, role=role, invited_by=invited_by
            )
            new.append(invitation)
        elif invitation.expires_at <= now:
            invitation.rev += 1
            invitation.sent_at = None
            invitation.invited_by = invited_by
            renewed.append(invitation)
        if invitation.pk is None or invitation.expires_at <= now:
            invitation.expires_at = expires_at
            invitation.refresh_token_hash()
        invitation.user = user
        found[email] = invitation
    Invitation.objects.bulk_create(new, batch_size=BATCH)
    Invitation.objects.bulk_update(
        renewed, ["rev", "sent_at", "invited_by", "expires_at", "token_hash"], batch_size=BATCH
    )
    return found
