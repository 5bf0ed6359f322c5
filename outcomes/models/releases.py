"""What an organization was shown of a round: frozen, numbered, with the people behind each figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.urls import reverse

from core.models import BaseModel
from outcomes.models.waves import Wave
from programs.models import Cohort

if TYPE_CHECKING:
    from accounts.models import User


class ReleaseQuerySet(models.QuerySet["Release"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(wave__cohort__in=Cohort.objects.visible_to(user))

    def managed_by(self, user: User) -> Self:
        return self.filter(wave__cohort__in=Cohort.objects.managed_by(user))

    def administered_by(self, user: User) -> Self:
        return self.filter(wave__cohort__in=Cohort.objects.administered_by(user))

    def newest(self) -> Self:
        """The last release of each round."""
        return self.order_by("wave_id", "-number").distinct("wave_id")


class Release(BaseModel):
    """Append-only. Every page and export of a round's outcomes renders `payload` and nothing else.

    Its shape is described in docs/outcomes.md.
    """

    wave = models.ForeignKey(Wave, models.PROTECT, related_name="releases")
    number = models.PositiveSmallIntegerField()
    thresholds = models.JSONField()  # family -> smallest group, as in force then
    payload = models.JSONField()
    sha256 = models.CharField(max_length=64)  # of the payload as canonical JSON
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    released_at = models.DateTimeField()

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        ordering = ["-released_at", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["wave", "number"], name="release_number_once")
        ]

    def __str__(self) -> str:
        return f"release {self.number} of wave {self.wave_id}"

    def get_absolute_url(self) -> str:
        return reverse("outcomes:outcome_report", args=[self.public_id])


class ReleaseRowQuerySet(models.QuerySet["ReleaseRow"]):
    """Read by the ledger alone: no scope for any person."""


class ReleaseRow(models.Model):
    """The people behind one published figure, as keyed hashes. Append-only."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="rows")
    # Rows of one family speak of one variable: a scale at a round, or its change between two.
    family = models.CharField(max_length=160)
    pseudonyms = models.JSONField()

    objects = ReleaseRowQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["family"], name="releaserow_family")]

    def __str__(self) -> str:
        return f"{self.family} of release {self.release_id}"


class PreparedReleaseQuerySet(models.QuerySet["PreparedRelease"]):
    """Read by the service that releases: no scope for any person."""


class PreparedRelease(models.Model):
    """What a preview has shown, before it was released. Append-only.

    The ledger counts its rows: who takes answers back after a look at the preview is not the
    difference to the next look.
    """

    wave = models.ForeignKey(Wave, models.PROTECT, related_name="prepared_releases")
    number = models.PositiveSmallIntegerField()  # of the release it would become
    payload = models.JSONField()
    rows = models.JSONField()  # [family, pseudonyms] of each published figure
    made_at = models.DateTimeField()

    objects = PreparedReleaseQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["wave", "number"], name="prepared_by_number")]

    def __str__(self) -> str:
        return f"preview of release {self.number} of wave {self.wave_id}"
