"""The roles a person can act in. One at a time: roles never share a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext

from accounts.models import Membership, Organization

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class ActingRole:
    """One role of a person.

    `key` names it in addresses: "clinician", "consultant" or the organization's public id. `role`
    is that of the navigation: "clinician", "consultant" or "organization"; `organization` is set
    for the last alone.
    """

    key: str
    role: str
    label: str
    sublabel: str
    organization: Organization | None = None


def roles_of(user: User) -> list[ActingRole]:
    """Return the roles `user` can act in now, the usual one first; never empty. One query.

    Whoever took part keeps the clinician's pages when they leave: their own record stays theirs.
    A person without any role has them too.
    """
    memberships = list(
        user.memberships.exclude(started_at=None)
        .filter(Q(ended_at=None) | Q(role=Membership.Role.CLINICIAN))
        .select_related("organization")
        .order_by("organization__name")
    )
    taking_part = [row for row in memberships if row.role == Membership.Role.CLINICIAN]
    roles = []
    if user.is_consultant:
        label = gettext("Practice owner") if user.is_owner else gettext("Consultant")
        roles.append(ActingRole("consultant", "consultant", label, ""))
    if taking_part or not (user.is_consultant or memberships):
        names = ", ".join(row.organization.name for row in taking_part if row.ended_at is None)
        roles.append(ActingRole("clinician", "clinician", gettext("Participant"), names))
    roles += [
        ActingRole(
            key=str(row.organization.public_id),
            role="organization",
            label=gettext("Organization admin"),
            sublabel=row.organization.name,
            organization=row.organization,
        )
        for row in memberships
        if row.role == Membership.Role.ADMIN
    ]
    return roles
