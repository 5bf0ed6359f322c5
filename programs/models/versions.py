"""An immutable edition of a program. A cohort pins one and is never moved silently."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models

from core.models import BaseModel
from programs.models.programs import Program

if TYPE_CHECKING:
    from accounts.models import User


class ProgramVersionQuerySet(models.QuerySet["ProgramVersion"]):
    def published(self) -> Self:
        return self.exclude(published_at=None)

    def managed_by(self, user: User) -> Self:
        """Published editions, to everybody who works for the practice."""
        return self.published() if user.is_consultant else self.none()


class ProgramVersion(BaseModel):
    program = models.ForeignKey(Program, models.PROTECT, related_name="versions")
    version = models.CharField(max_length=20)  # semantic: 1.2.0
    schema = models.CharField(max_length=40)  # empathy-program/1
    sha256 = models.CharField(max_length=64)
    content = models.JSONField()  # the canonical JSON that was hashed
    change_class = models.CharField(max_length=7, default="major")  # patch | minor | major
    completion = models.JSONField(default=dict)  # required_items, attendance_min, checks_min
    safety: Any = models.JSONField(null=True, blank=True)  # of content: docs/curriculum.md
    published_at = models.DateTimeField(null=True, blank=True)

    objects = ProgramVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["program", "version"], name="programversion_unique_in_program"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.program} {self.version}"
