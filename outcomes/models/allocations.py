"""A lot that decided who begins when, and what it gave to each person. Both append-only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models import BaseModel
from programs.models import Cohort, Engagement, Enrollment

if TYPE_CHECKING:
    from accounts.models import User


class LotQuerySet(models.QuerySet["Lot"]):
    def managed_by(self, user: User) -> Self:
        return self.filter(engagement__in=Engagement.objects.managed_by(user))


class Lot(BaseModel):
    """Seed, strata, unit of randomization and arms, as they stood when it was drawn."""

    class By(models.TextChoices):
        PERSON = "person", _("person by person")
        UNIT = "unit", _("whole units")

    engagement = models.ForeignKey(Engagement, models.PROTECT, related_name="lots")
    by = models.CharField(_("drawn"), max_length=6, choices=By, default=By.PERSON)
    strata = models.JSONField(default=list, blank=True)  # of "unit", "role"
    arms = models.JSONField()  # ids of cohorts, the first to begin first
    seed = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)  # of the log as canonical JSON
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField()

    objects = LotQuerySet.as_manager()

    class Meta:
        ordering = ["-drawn_at"]

    def __str__(self) -> str:
        return f"lot of contract {self.engagement_id}"

    def get_absolute_url(self) -> str:
        return reverse("outcomes:lot_list", args=[self.engagement.public_id])


class AllocationQuerySet(models.QuerySet["Allocation"]):
    def managed_by(self, user: User) -> Self:
        return self.filter(lot__in=Lot.objects.managed_by(user))


class Allocation(models.Model):
    """One person's arm. Whatever becomes of the person, the analysis goes by this row."""

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="allocations")
    engagement = models.ForeignKey(Engagement, models.PROTECT, related_name="+")
    # The place that the person held when the lot was drawn; the arm may be another cohort.
    enrollment = models.ForeignKey(Enrollment, models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()  # order of entering
    entry = models.BigIntegerField()  # what was drawn: the id of the enrollment or of the unit
    stratum = models.CharField(max_length=300, blank=True)
    block = models.PositiveIntegerField()
    arm = models.ForeignKey(Cohort, models.PROTECT, related_name="+")

    objects = AllocationQuerySet.as_manager()

    class Meta:
        ordering = ["lot", "position"]
        constraints = [
            models.UniqueConstraint(fields=["lot", "position"], name="allocation_position_once"),
            models.UniqueConstraint(
                fields=["engagement", "person"], name="allocation_once_per_contract"
            ),
        ]

    def __str__(self) -> str:
        return f"allocation {self.position} of lot {self.lot_id}"
