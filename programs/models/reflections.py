"""What a person writes for themselves. A private table: row-level security shows it to its author."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models

from core.models import BaseModel
from programs.models.enrollments import Enrollment
from programs.models.items import Item

if TYPE_CHECKING:
    from accounts.models import User


class ReflectionQuerySet(models.QuerySet["Reflection"]):
    def owned_by(self, user: User) -> Self:
        return self.filter(author=user)

    def visible_to(self, user: User) -> Self:
        return self.owned_by(user)


class Reflection(BaseModel):
    """One answer to a reflection item: a draft until it is submitted."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="reflections")
    enrollment = models.ForeignKey(Enrollment, models.CASCADE, related_name="reflections")
    item = models.ForeignKey(Item, models.PROTECT, related_name="+")
    answers = models.JSONField(default=dict, blank=True)  # question id -> what was written
    audience = models.CharField(max_length=20, default="only_me")
    revision = models.PositiveIntegerField(default=0)
    submitted_at = models.DateTimeField(null=True, blank=True)

    objects = ReflectionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrollment", "item"], name="reflection_one_per_item"),
        ]

    def __str__(self) -> str:
        return f"reflection {self.public_id}"
