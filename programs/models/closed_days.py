"""Days of a cohort on which nothing opens or falls due."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import BaseModel
from programs.models.cohorts import Cohort

if TYPE_CHECKING:
    from accounts.models import User


class BlackoutDateQuerySet(models.QuerySet["BlackoutDate"]):
    def managed_by(self, user: User) -> Self:
        return self.filter(cohort__in=Cohort.objects.managed_by(user))


class BlackoutDate(BaseModel):
    """A day or a run of days, both ends included: a holiday, an inspection, the week of a move."""

    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="blackouts")
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    label = models.CharField(_("what it is"), max_length=80, blank=True)

    objects = BlackoutDateQuerySet.as_manager()

    class Meta:
        ordering = ["first_day"]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "first_day", "last_day"], name="blackoutdate_once"
            ),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="blackoutdate_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_day} – {self.last_day}"
