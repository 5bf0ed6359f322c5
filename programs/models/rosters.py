"""An uploaded roster: kept while a consultant maps its columns and checks it, then emptied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models import BaseModel
from programs.models.cohorts import Cohort

if TYPE_CHECKING:
    from accounts.models import User


class RosterQuerySet(models.QuerySet["Roster"]):
    def managed_by(self, user: User) -> Self:
        return self.filter(cohort__in=Cohort.objects.managed_by(user))


class Roster(BaseModel):
    class State(models.TextChoices):
        UPLOADED = "uploaded", _("uploaded")
        CHECKED = "checked", _("checked")
        COMMITTED = "committed", _("imported")
        DISCARDED = "discarded", _("discarded")

    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="rosters")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    header = models.JSONField(default=list)  # column names as in the file
    rows = models.JSONField(default=list)  # cells as text; emptied 7 days after upload
    column_map = models.JSONField(default=dict)  # our field -> column index
    result = models.JSONField(default=dict)  # counts after the commit
    state = models.CharField(max_length=9, choices=State, default=State.UPLOADED)
    committed_at = models.DateTimeField(null=True, blank=True)

    objects = RosterQuerySet.as_manager()

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("programs:roster_detail", args=[self.public_id])
