"""What a person is in an organization: clinician or admin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.organizations import Organization
from accounts.models.units import Unit
from core.models import BaseModel

if TYPE_CHECKING:
    from accounts.models.users import User


class MembershipQuerySet(models.QuerySet["Membership"]):
    def live(self) -> Self:
        return self.filter(ended_at=None)

    def owned_by(self, user: User) -> Self:
        return self.filter(user=user)

    def managed_by(self, user: User) -> Self:
        return self.filter(organization__in=Organization.objects.managed_by(user))

    def visible_to(self, user: User) -> Self:
        """Own memberships and those of organizations `user` manages. Admins are not in it."""
        return self.filter(
            models.Q(user=user) | models.Q(organization__in=Organization.objects.managed_by(user))
        )


class Membership(BaseModel):
    class Role(models.TextChoices):
        CLINICIAN = "clinician", _("clinician")
        ADMIN = "admin", _("organization admin")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=9, choices=Role)
    unit = models.ForeignKey(Unit, models.SET_NULL, null=True, blank=True, related_name="members")
    started_at = models.DateTimeField(null=True, blank=True)  # null: invited, not yet accepted
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organization", "role"],
                condition=models.Q(ended_at=None),
                name="membership_live_once_per_role",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.organization}"
