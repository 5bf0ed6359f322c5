"""One step of a module. Its identity is slug/module/item and survives new versions."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import BaseModel
from programs.models.modules import Module


class ItemQuerySet(models.QuerySet["Item"]):
    def assigned_practice(self) -> Self:
        """Practice that counts for adherence: required, or home practice."""
        return self.filter(kind=Item.Kind.PRACTICE).filter(
            models.Q(required=True) | models.Q(home__isnull=False)
        )


class Item(BaseModel):
    class Kind(models.TextChoices):
        READING = "reading", _("Reading")
        PRACTICE = "practice", _("Guided practice")
        REFLECTION = "reflection", _("Reflection")
        SCENARIO = "scenario", _("Conversation")
        CHECK = "check", _("Knowledge check")
        FIELD_LOG = "field_log", _("Field log")
        OBSERVATION = "observation", _("Observed practice")
        LIVE = "live", _("Live session")
        THREAD = "thread", _("Group exchange")

    module = models.ForeignKey(Module, models.CASCADE, related_name="items")
    key = models.SlugField(max_length=60)
    identity = models.CharField(max_length=210)  # slug/module/item
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=Kind)
    title = models.CharField(max_length=160)
    minutes = models.PositiveSmallIntegerField()
    required = models.BooleanField(default=True)
    requires = models.JSONField(default=list)  # keys of items of this module
    objectives = models.JSONField(default=list)
    sittings = models.PositiveSmallIntegerField(default=1)  # planned, of `minutes` each
    home = models.JSONField(null=True, blank=True)  # home practice: days, full, short
    body = models.JSONField(default=dict)  # shape by kind: docs/curriculum.md

    objects = ItemQuerySet.as_manager()

    class Meta:
        ordering = ["module__position", "position"]
        constraints = [
            models.UniqueConstraint(fields=["module", "key"], name="item_key_unique_in_module"),
            models.UniqueConstraint(
                fields=["module", "position"], name="item_position_unique_in_module"
            ),
        ]

    def __str__(self) -> str:
        return self.title
