"""A week or unit of a program version."""

from __future__ import annotations

from django.db import models

from core.models import BaseModel
from programs.models.versions import ProgramVersion


class Module(BaseModel):
    version = models.ForeignKey(ProgramVersion, models.CASCADE, related_name="modules")
    key = models.SlugField(max_length=60)
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=160)
    summary = models.TextField(blank=True)
    objectives = models.JSONField(default=list)
    release = models.JSONField(default=dict)  # {"anchor": "cohort_start", "offset": "P7D"}
    due = models.JSONField(
        default=dict
    )  # {"anchor": "session:mid", "offset": "-P2D", "at": "20:00"}

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="module_key_unique_in_version"),
            models.UniqueConstraint(
                fields=["version", "position"], name="module_position_unique_in_version"
            ),
        ]

    def __str__(self) -> str:
        return self.title
