"""Wards, departments and sites of an organization."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models.organizations import Organization
from core.models import BaseModel

if TYPE_CHECKING:
    from accounts.models.users import User


class UnitQuerySet(models.QuerySet["Unit"]):
    def managed_by(self, user: User) -> Self:
        return self.filter(organization__in=Organization.objects.managed_by(user))

    def visible_to(self, user: User) -> Self:
        return self.filter(organization__in=Organization.objects.visible_to(user))


class Unit(BaseModel):
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="units")
    name = models.CharField(_("name"), max_length=120)

    objects = UnitQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                "organization", Lower("name"), name="unit_name_unique_in_organization"
            )
        ]

    def __str__(self) -> str:
        return self.name
