"""A running cohort took another text, or another edition: the record, and what became of each item."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from programs.models.cohorts import Cohort
from programs.models.items import Item
from programs.models.versions import ProgramVersion

if TYPE_CHECKING:
    from accounts.models import User


class VersionChangeQuerySet(models.QuerySet["VersionChange"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(cohort__in=Cohort.objects.visible_to(user))


class VersionChange(models.Model):
    class Kind(models.TextChoices):
        TEXT = "text", _("new wording")
        MIGRATION = "migration", _("moved to another edition")

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="version_changes")
    kind = models.CharField(max_length=9, choices=Kind)
    old = models.ForeignKey(ProgramVersion, models.PROTECT, related_name="+")
    new = models.ForeignKey(ProgramVersion, models.PROTECT, related_name="+")
    mapping = models.JSONField(default=dict, blank=True)  # identity -> identity, or null: dropped
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    changed_at = models.DateTimeField()

    objects = VersionChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-changed_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.old_id} {self.new_id}"


class ItemSuccessionQuerySet(models.QuerySet["ItemSuccession"]):
    def owned_by(self, user: User) -> Self:
        return self.filter(cohort__enrollments__clinician=user)


class ItemSuccession(models.Model):
    """In this cohort `item` took the place of `before`: what was done there counts here."""

    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="successions")
    before = models.ForeignKey(Item, models.PROTECT, related_name="+")
    item = models.ForeignKey(Item, models.PROTECT, related_name="+")

    objects = ItemSuccessionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "before", "item"], name="itemsuccession_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.before_id} {self.item_id}"
