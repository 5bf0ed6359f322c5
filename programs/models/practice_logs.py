"""Minutes of practice: by the timer, by hand, or entered for an earlier day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import BaseModel
from programs.models.enrollments import Enrollment
from programs.models.items import Item

if TYPE_CHECKING:
    from accounts.models import User


class PracticeLogQuerySet(models.QuerySet["PracticeLog"]):
    def owned_by(self, user: User) -> Self:
        return self.filter(enrollment__clinician=user)

    def standing(self) -> Self:
        """Entries their owner has not taken back."""
        return self.filter(removed_at=None)


class PracticeLog(BaseModel):
    class Source(models.TextChoices):
        TIMER = "timer", _("timer")
        MANUAL = "manual", _("by hand")

    enrollment = models.ForeignKey(Enrollment, models.CASCADE, related_name="practice_logs")
    item = models.ForeignKey(Item, models.PROTECT, null=True, blank=True, related_name="+")
    started_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=6, choices=Source, default=Source.TIMER)
    is_back_dated = models.BooleanField(default=False)
    removed_at = models.DateTimeField(null=True, blank=True)  # taken back; its event is voided
    key = models.UUIDField(unique=True)  # made by the client: the same key twice is one entry

    objects = PracticeLogQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(minutes__gte=1), name="practicelog_at_least_a_minute"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.minutes} min"
