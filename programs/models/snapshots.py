"""What an organization's pages read: a cohort's aggregates, frozen each night."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

from programs.models.cohorts import Cohort

if TYPE_CHECKING:
    from accounts.models import User


class CohortSnapshotQuerySet(models.QuerySet["CohortSnapshot"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(
            models.Q(cohort__in=Cohort.objects.visible_to(user))
            | models.Q(cohort__in=Cohort.objects.administered_by(user))
        )


class CohortSnapshot(models.Model):
    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="snapshots")
    at = models.DateTimeField()  # the instant the figures describe
    taken_at = models.DateTimeField()
    aggregates = models.JSONField()

    objects = CohortSnapshotQuerySet.as_manager()

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(fields=["cohort", "at"], name="cohortsnapshot_once_per_instant")
        ]

    def __str__(self) -> str:
        return f"{self.cohort_id} {self.at:%Y-%m-%d}"
