"""How often an organization's admins are asked to look, releases apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from core.models import BaseModel

if TYPE_CHECKING:
    from accounts.models import User


class ReportScheduleQuerySet(models.QuerySet["ReportSchedule"]):
    def managed_by(self, user: User) -> Self:
        return self.filter(organization__in=Organization.objects.managed_by(user))


class ReportSchedule(BaseModel):
    """One of an organization, or none: then a mail comes with each release alone."""

    class Every(models.TextChoices):
        MONTH = "month", _("every month")
        QUARTER = "quarter", _("every three months")

    organization = models.OneToOneField(
        Organization, models.CASCADE, related_name="report_schedule"
    )
    every = models.CharField(max_length=7, choices=Every)
    chosen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    chosen_at = models.DateTimeField()

    objects = ReportScheduleQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.every} for organization {self.organization_id}"
