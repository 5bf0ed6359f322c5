"""Disclosure: an immutable version of "who sees what" of one organization."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

from accounts.models.organizations import Organization
from core.models import BaseModel

if TYPE_CHECKING:
    from accounts.models.users import User


class DisclosureQuerySet(models.QuerySet["Disclosure"]):
    def visible_to(self, user: User) -> Self:
        """Those of organizations `user` sees, and those `user` signed."""
        return self.filter(
            models.Q(organization__in=Organization.objects.visible_to(user))
            | models.Q(consents__user=user)
        ).distinct()


class Disclosure(BaseModel):
    """`cells` maps data class to persona to letter (R, W, A, S, -); `text` is what a person signs."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="disclosures")
    version = models.PositiveIntegerField()
    visibility = models.CharField(max_length=14)  # completion | aggregate_only
    thresholds = models.JSONField(default=dict)
    cells = models.JSONField(default=dict)
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    effective_from = models.DateTimeField()

    objects = DisclosureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "version"], name="disclosure_version_unique_in_organization"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization} v{self.version}"
