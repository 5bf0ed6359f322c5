"""A contract with one organization."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Disclosure, Organization
from core.models import BaseModel

if TYPE_CHECKING:
    from accounts.models import User


class EngagementQuerySet(models.QuerySet["Engagement"]):
    def managed_by(self, user: User) -> Self:
        return self.filter(organization__in=Organization.objects.managed_by(user))

    def visible_to(self, user: User) -> Self:
        """Contracts of organizations `user` manages or administers (both read them)."""
        return self.filter(organization__in=Organization.objects.visible_to(user))


class Engagement(BaseModel):
    class Visibility(models.TextChoices):
        COMPLETION = "completion", _("Names with participation")
        AGGREGATE_ONLY = "aggregate_only", _("Totals only, no names")

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="engagements")
    title = models.CharField(_("title"), max_length=160)
    starts_on = models.DateField(_("start"))
    ends_on = models.DateField(_("end"))
    seats = models.PositiveIntegerField(_("seats"))
    coaching_hours = models.PositiveIntegerField(_("coaching hours"))
    po_number = models.CharField(_("PO number"), max_length=60, blank=True)
    rate_minor = models.PositiveIntegerField(_("rate per hour, in cents"), default=0)
    currency = models.CharField(_("currency"), max_length=3, default="USD")
    visibility = models.CharField(
        _("what the organization sees"), max_length=14, choices=Visibility
    )
    # Floors of the handbook's privacy rules: a contract may raise them, never lower them.
    threshold_progress = models.PositiveSmallIntegerField(default=5)
    threshold_means = models.PositiveSmallIntegerField(default=8)
    threshold_distributions = models.PositiveSmallIntegerField(default=10)
    threshold_reliable_change = models.PositiveSmallIntegerField(default=20)
    disclosure = models.ForeignKey(
        Disclosure, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = EngagementQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="engagement_ends_after_it_starts",
                violation_error_code="ends_before_start",
                violation_error_message=_("The end must not lie before the start."),
            ),
            models.CheckConstraint(
                condition=models.Q(
                    threshold_progress__gte=5,
                    threshold_means__gte=8,
                    threshold_distributions__gte=10,
                    threshold_reliable_change__gte=20,
                ),
                name="engagement_thresholds_not_below_floors",
                violation_error_code="threshold_below_floor",
                violation_error_message=_("A threshold may be raised, never lowered."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("programs:engagement_detail", args=[self.public_id])
