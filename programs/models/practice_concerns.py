"""A yes to "was practice upsetting?": for the named contact alone, and without a word of text.

Row-level security shows a row to its author and to the contact it was sent to; no page, report,
flag, export or admin reads this table for anybody else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models

from core.models import BaseModel
from programs.models.enrollments import Enrollment
from programs.models.modules import Module

if TYPE_CHECKING:
    from accounts.models import User


class PracticeConcernQuerySet(models.QuerySet["PracticeConcern"]):
    def owned_by(self, user: User) -> Self:
        return self.filter(author=user)

    def reached_by(self, user: User) -> Self:
        """Those that `user` received as named contact."""
        return self.filter(contact=user)


class PracticeConcern(BaseModel):
    enrollment = models.ForeignKey(Enrollment, models.CASCADE, related_name="+")
    module = models.ForeignKey(Module, models.PROTECT, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    contact = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reported_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)  # the contact has been in touch

    objects = PracticeConcernQuerySet.as_manager()

    class Meta:
        ordering = ["-reported_at"]
        constraints = [
            # Twice in one week, or a second click, is one call for help.
            models.UniqueConstraint(
                fields=["enrollment", "module", "contact"],
                name="practiceconcern_once_a_week",
            )
        ]

    def __str__(self) -> str:
        return str(self.public_id)
