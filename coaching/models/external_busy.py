"""When coaches are busy elsewhere."""

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


class ExternalBusyQuerySet(models.QuerySet["ExternalBusy"]):
    def owned_by(self, user: User) -> Self:
        return self.filter(person=user)


class ExternalBusy(models.Model):
    """A span of a coach's own calendar. It takes slots away; nothing says what it is for."""

    source = models.ForeignKey(CalendarSource, models.CASCADE, related_name="busy_spans")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    span = DateTimeRangeField()

    objects = ExternalBusyQuerySet.as_manager()

    class Meta:
        indexes = [
            GistIndex(
                Int8Range(F("person"), F("person"), Value("[]")),
                "span",
                name="externalbusy_person_span",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.span}"
