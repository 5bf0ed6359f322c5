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
        """Posts of groups `user` takes part in now, or facilitates. A cohort without groups is one."""
        roles = CohortStaff.objects.facilitating(user)
        joined = Enrollment.objects.owned_by(user).live()
        return self.filter(
            Q(cohort__in=roles.filter(group=None).values("cohort"))
            | Q(group__in=roles.exclude(group=None).values("group"))
            | Q(group__in=joined.exclude(group=None).values("group"))
            | Q(group=None, cohort__in=joined.filter(group=None).values("cohort"))
        )


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
