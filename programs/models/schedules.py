"""When modules open and fall due in one cohort: dates are rows, so they can be edited and logged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import BaseModel
from programs.models.cohorts import Cohort, CohortGroup
from programs.models.enrollments import Enrollment
from programs.models.items import Item
from programs.models.modules import Module

if TYPE_CHECKING:
    from accounts.models import User


class ScheduleRowQuerySet(models.QuerySet["ScheduleRow"]):
    def managed_by(self, user: User) -> Self:
        return self.filter(cohort__in=Cohort.objects.managed_by(user))

    def for_enrollment(self, enrollment: Enrollment) -> Self:
        """Rows that bear on one learner: everybody's, the group's, the learner's own."""
        return self.filter(
            Q(group=None, enrollment=None)
            | Q(group=enrollment.group_id, group__isnull=False)
            | Q(enrollment=enrollment.pk),
            cohort=enrollment.cohort_id,
        )


class ScheduleRow(BaseModel):
    class Kind(models.TextChoices):
        RELEASE = "release", _("opens")
        DUE = "due", _("due")

    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="schedule")
    group = models.ForeignKey(CohortGroup, models.CASCADE, null=True, blank=True, related_name="+")
    # One learner's own row: only for the anchor `enrolled`.
    enrollment = models.ForeignKey(
        Enrollment, models.CASCADE, null=True, blank=True, related_name="schedule"
    )
    module = models.ForeignKey(Module, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=7, choices=Kind)
    anchor = models.CharField(max_length=60)  # cohort_start | session:<key> | enrolled
    offset = models.CharField(max_length=20, default="P0D")  # ISO 8601 duration, may be negative
    at_time = models.TimeField(null=True, blank=True)  # local time in the cohort's zone
    at = models.DateTimeField(null=True, blank=True)  # null: its anchor is not planned yet
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    edited_reason = models.CharField(max_length=200, blank=True)

    objects = ScheduleRowQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "group", "enrollment", "module", "kind"],
                name="schedulerow_one_per_module_and_kind",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.module_id} {self.kind} {self.at}"

    @property
    def rank(self) -> int:
        """Of rows for one module and kind the highest holds: own before the group's before all's."""
        return 2 if self.enrollment_id else 1 if self.group_id else 0


class Extension(BaseModel):
    """A later due date of one item for one person. Never changed: the latest date given holds."""

    enrollment = models.ForeignKey(Enrollment, models.CASCADE, related_name="extensions")
    item = models.ForeignKey(Item, models.CASCADE, related_name="+")
    due_at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    granted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["due_at"]
        indexes = [models.Index(fields=["enrollment", "item"], name="extension_of_a_person")]

    def __str__(self) -> str:
        return f"{self.enrollment_id} {self.item_id} {self.due_at}"
