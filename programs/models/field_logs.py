"""Field entries: what was tried on a shift. A private table, like reflections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models

from core.models import BaseModel
from programs.models.enrollments import Enrollment
from programs.models.items import Item

if TYPE_CHECKING:
    from accounts.models import User


class FieldEntryQuerySet(models.QuerySet["FieldEntry"]):
    def owned_by(self, user: User) -> Self:
        return self.filter(author=user)


class FieldEntry(BaseModel):
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="field_entries"
    )
    enrollment = models.ForeignKey(Enrollment, models.CASCADE, related_name="field_entries")
    item = models.ForeignKey(Item, models.PROTECT, related_name="+")
    happened_on = models.DateField()
    situation = models.CharField(max_length=60, blank=True)  # a tag of the item, no free text
    answers = models.JSONField(default=dict, blank=True)  # field id -> text or option id
    revision = models.PositiveIntegerField(default=0)
    submitted_at = models.DateTimeField(null=True, blank=True)

    objects = FieldEntryQuerySet.as_manager()

    def __str__(self) -> str:
        return f"field entry {self.public_id}"
