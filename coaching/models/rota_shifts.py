"""When clinicians work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.fields import DateTimeRangeField
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, Value

from coaching.models.calendar_sources import CalendarSource
from core.db import Int8Range

if TYPE_CHECKING:
    from accounts.models import User


class RotaShiftQuerySet(models.QuerySet["RotaShift"]):
    def owned_by(self, user: User) -> Self:
        return self.filter(person=user)


class RotaShift(models.Model):
    """A span of a clinician's rota: hers alone. It warns and sorts slots, it takes none away."""

    source = models.ForeignKey(CalendarSource, models.CASCADE, related_name="shifts")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    span = DateTimeRangeField()

    objects = RotaShiftQuerySet.as_manager()

    class Meta:
        indexes = [
            GistIndex(
                Int8Range(F("person"), F("person"), Value("[]")),
                "span",
                name="rotashift_person_span",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.span}"
