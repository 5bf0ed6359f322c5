"""Attempts at a knowledge check. The first one is kept apart by its number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

from core.models import BaseModel
from programs.models.enrollments import Enrollment
from programs.models.items import Item

if TYPE_CHECKING:
    from accounts.models import User


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def owned_by(self, user: User) -> Self:
        return self.filter(enrollment__clinician=user)


class Attempt(BaseModel):
    enrollment = models.ForeignKey(Enrollment, models.CASCADE, related_name="attempts")
    item = models.ForeignKey(Item, models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    answers = models.JSONField(default=dict, blank=True)  # question id -> list of option ids
    score = models.DecimalField(max_digits=4, decimal_places=3, null=True, blank=True)  # 0 to 1
    passed = models.BooleanField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment", "item", "number"], name="attempt_number_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"attempt {self.number}"
