"""Who changed which date of a cohort, when, from what to what, and why. Never changed itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from programs.models.cohorts import Cohort, CohortGroup
from programs.models.enrollments import Enrollment
from programs.models.items import Item
from programs.models.modules import Module

if TYPE_CHECKING:
    from accounts.models import User


class ScheduleChangeQuerySet(models.QuerySet["ScheduleChange"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(cohort__in=Cohort.objects.visible_to(user))

    managed_by = visible_to

    def newest_first(self) -> Self:
        return self.select_related(
            "module", "group", "item", "by", "enrollment__clinician"
        ).order_by("-changed_at", "-pk")


class ScheduleChange(models.Model):
    class What(models.TextChoices):
        RELEASE = "release", _("opens")
        DUE = "due", _("due")
        EXTENSION = "extension", _("more time")
        OPEN = "open", _("everything open")
        CLOSED_DAYS = "closed_days", _("closed days")

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="schedule_changes")
    what = models.CharField(max_length=11, choices=What)
    module = models.ForeignKey(Module, models.PROTECT, null=True, blank=True, related_name="+")
    group = models.ForeignKey(CohortGroup, models.PROTECT, null=True, blank=True, related_name="+")
    enrollment = models.ForeignKey(
        Enrollment, models.PROTECT, null=True, blank=True, related_name="+"
    )
    item = models.ForeignKey(Item, models.PROTECT, null=True, blank=True, related_name="+")
    old = models.DateTimeField(null=True, blank=True)
    new = models.DateTimeField(null=True, blank=True)
    # null: nobody by hand; it followed from something else, which `reason` names.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(max_length=200, blank=True)
    changed_at = models.DateTimeField()

    objects = ScheduleChangeQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["cohort", "-changed_at"], name="schedulechange_newest")]

    def __str__(self) -> str:
        return f"{self.what} {self.old} {self.new}"
