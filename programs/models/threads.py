"""A cohort's exchange under one item: read and written by its group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.models import BaseModel
from programs.models.cohorts import Cohort, CohortGroup, CohortStaff
from programs.models.enrollments import Enrollment
from programs.models.items import Item

if TYPE_CHECKING:
    from accounts.models import User


class ThreadPostQuerySet(models.QuerySet["ThreadPost"]):
    def visible_to(self, user: User) -> Self:
        """Posts of cohorts `user` takes part in now, or facilitates."""
        facilitated = CohortStaff.objects.filter(
            person=user, ended_at=None, role__in=["facilitator", "co_facilitator"]
        ).values("cohort")
        joined = Enrollment.objects.owned_by(user).live().values("cohort")
        return self.filter(Q(cohort__in=joined) | Q(cohort__in=facilitated))


class ThreadPost(BaseModel):
    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="posts")
    group = models.ForeignKey(
        CohortGroup, models.CASCADE, null=True, blank=True, related_name="posts"
    )
    item = models.ForeignKey(Item, models.PROTECT, related_name="+")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="thread_posts"
    )
    text = models.TextField()

    objects = ThreadPostQuerySet.as_manager()

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return f"post {self.public_id}"
