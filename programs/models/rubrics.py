"""An observed conversation: six behaviors, seen, not seen, or no occasion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models

from core.models import BaseModel
from programs.models.cohorts import Cohort
from programs.models.enrollments import Enrollment
from programs.models.items import Item

if TYPE_CHECKING:
    from accounts.models import User


class ObservationQuerySet(models.QuerySet["Observation"]):
    def owned_by(self, user: User) -> Self:
        """Those made of `user`."""
        return self.filter(enrollment__clinician=user)

    def managed_by(self, user: User) -> Self:
        """Those `user` was asked to file, while they work in that cohort or take part in it."""
        joined = Enrollment.objects.owned_by(user).live().values("cohort")
        return self.filter(
            models.Q(enrollment__cohort__in=Cohort.objects.staffed_by(user))
            | models.Q(enrollment__cohort__in=joined),
            observer=user,
        )

    def visible_to(self, user: User) -> Self:
        """The learner's own, and those `user` made. Nobody else."""
        return self.filter(models.Q(enrollment__clinician=user) | models.Q(observer=user))


class Observation(BaseModel):
    enrollment = models.ForeignKey(Enrollment, models.CASCADE, related_name="observations")
    item = models.ForeignKey(Item, models.PROTECT, related_name="+")
    observer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="observations_made"
    )
    observed_on = models.DateField()
    ratings = models.JSONField(
        default=dict, blank=True
    )  # behavior key -> seen | not_seen | no_occasion
    note = models.TextField(blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)

    objects = ObservationQuerySet.as_manager()

    def __str__(self) -> str:
        return f"observation {self.public_id}"
