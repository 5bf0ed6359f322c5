"""One thing a learner means to try after a module. A private table, like reflections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models

from core.models import BaseModel
from programs.models.enrollments import Enrollment
from programs.models.modules import Module

if TYPE_CHECKING:
    from accounts.models import User


class CommitmentQuerySet(models.QuerySet["Commitment"]):
    def owned_by(self, user: User) -> Self:
        return self.filter(author=user)

    def standing(self) -> Self:
        """Neither tried nor put away."""
        return self.filter(done_at=None)


class Commitment(BaseModel):
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="commitments")
    enrollment = models.ForeignKey(Enrollment, models.CASCADE, related_name="commitments")
    module = models.ForeignKey(Module, models.PROTECT, related_name="+")
    text = models.TextField(max_length=500)
    remind_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    key = models.UUIDField(unique=True)  # made by the client: the same key twice is one

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return f"commitment {self.public_id}"
