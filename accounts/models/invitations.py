"""Invitations: a hashed single-use token, bound to one address, accepted by POST."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models

from accounts.models.organizations import Organization
from core.models import BaseModel
from core.tokens import derive_token, hash_token

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models.users import User


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def managed_by(self, user: User) -> Self:
        return self.filter(organization__in=Organization.objects.managed_by(user))

    def visible_to(self, user: User) -> Self:
        return self.managed_by(user)

    def with_token(self, token: str) -> Self:
        return self.filter(token_hash=hash_token(token))

    def open_at(self, now: datetime) -> Self:
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=now)


class Invitation(BaseModel):
    """Asks one person into one organization. Resending raises `rev`, which replaces the token."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="invitations")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="invitations")
    role = models.CharField(max_length=9)  # a Membership.Role
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    rev = models.PositiveIntegerField(default=1)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    sent_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "user", "role"],
                condition=models.Q(accepted_at=None, revoked_at=None),
                name="invitation_open_once_per_person_and_role",
            ),
            models.CheckConstraint(
                condition=models.Q(accepted_at=None) | models.Q(revoked_at=None),
                name="invitation_not_both_accepted_and_revoked",
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.public_id}"

    def token(self) -> str:
        """The secret of the link in the mail; the database keeps only its hash."""
        return derive_token(purpose="invitation", subject=self.public_id, revision=self.rev)

    def refresh_token_hash(self) -> None:
        self.token_hash = hash_token(self.token())

    def is_open_at(self, now: datetime) -> bool:
        return self.accepted_at is None and self.revoked_at is None and self.expires_at > now
