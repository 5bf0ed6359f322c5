"""Client organizations and who of the practice looks after them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models import BaseModel

if TYPE_CHECKING:
    from accounts.models.users import User


class OrganizationQuerySet(models.QuerySet["Organization"]):
    def managed_by(self, user: User) -> Self:
        """Organizations `user` of the practice looks after; a practice owner's are all."""
        if not user.is_consultant:
            return self.none()
        if user.is_owner:
            return self.all()
        return self.filter(
            pk__in=Organization.consultants.through.objects.filter(user=user).values("organization")
        )

    def administered_by(self, user: User) -> Self:
        """Organizations whose admin `user` is now."""
        from_memberships = user.memberships.filter(role="admin", ended_at=None).values(
            "organization"
        )
        return self.filter(pk__in=from_memberships)

    def naming(self, user: User) -> Self:
        """Organizations that may read the name of `user`: they take part there and signed so."""
        taking_part = user.memberships.live().exclude(started_at=None).filter(role="clinician")
        signed = user.consents.filter(action="signed", disclosure__visibility="completion")
        return self.filter(pk__in=taking_part.values("organization")).filter(
            pk__in=signed.values("disclosure__organization")
        )

    def visible_to(self, user: User) -> Self:
        return self.filter(
            Q(pk__in=self.model.objects.managed_by(user).values("pk"))
            | Q(pk__in=self.model.objects.administered_by(user).values("pk"))
        )


class Organization(BaseModel):
    name = models.CharField(_("name"), max_length=160)
    time_zone = models.CharField(_("time zone"), max_length=64, default="America/New_York")
    consultants = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        related_name="looked_after",
        blank=True,
        verbose_name=_("account leads"),
    )
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(models.functions.Lower("name"), name="organization_name_unique")
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("accounts:organization_detail", args=[self.public_id])
