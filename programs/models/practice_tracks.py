"""How much home practice a learner takes on. Every choice is kept, so that past weeks stay."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import BaseModel
from programs.models.enrollments import Enrollment


class PracticeTrackChoice(BaseModel):
    enrollment = models.ForeignKey(Enrollment, models.CASCADE, related_name="track_choices")
    track = models.CharField(_("track"), max_length=5, choices=Enrollment.Track)
    chosen_at = models.DateTimeField()

    class Meta:
        ordering = ["chosen_at"]

    def __str__(self) -> str:
        return self.get_track_display()
