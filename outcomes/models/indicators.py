"""Figures that an organization reports about itself. About units and periods, never about people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, Unit
from core.models import BaseModel
from outcomes.engine.indicator_catalog import CATALOG
from outcomes.engine.indicator_rows import Figure
from programs.models import Engagement

if TYPE_CHECKING:
    from accounts.models import User

KEYS = [(key, indicator.title) for key, indicator in CATALOG.items()]


class IndicatorChoiceQuerySet(models.QuerySet["IndicatorChoice"]):
    def managed_by(self, user: User) -> Self:
        return self.filter(engagement__in=Engagement.objects.managed_by(user))

    def visible_to(self, user: User) -> Self:
        return self.filter(engagement__in=Engagement.objects.visible_to(user))


class IndicatorChoice(BaseModel):
    """An indicator that a contract is to be looked at by. Its date tells whether it came first."""

    engagement = models.ForeignKey(Engagement, models.PROTECT, related_name="indicator_choices")
    indicator = models.CharField(_("indicator"), max_length=40, choices=KEYS)
    chosen_on = models.DateField(_("chosen on"))
    chosen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = IndicatorChoiceQuerySet.as_manager()

    class Meta:
        ordering = ["chosen_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["engagement", "indicator"], name="indicatorchoice_once_per_contract"
            )
        ]

    def __str__(self) -> str:
        return f"{self.indicator} of engagement {self.engagement_id}"


class IndicatorUploadQuerySet(models.QuerySet["IndicatorUpload"]):
    def visible_to(self, user: User) -> Self:
        """Files of organizations that `user` manages or administers."""
        return self.filter(organization__in=Organization.objects.visible_to(user))


class IndicatorUpload(BaseModel):
    """A file that passed every check. Its text is kept only until it is stored as points."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="indicator_uploads")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField(default=bytes)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)

    objects = IndicatorUploadQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.file_name or self.sha256[:8]

    def get_absolute_url(self) -> str:
        return reverse("outcomes:indicator_upload_detail", args=[self.public_id])


class IndicatorPointQuerySet(models.QuerySet["IndicatorPoint"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(organization__in=Organization.objects.visible_to(user))

    def in_force(self) -> Self:
        return self.filter(superseded_at=None)


class IndicatorPoint(BaseModel):
    """One figure of one period. A correction is a new row; the old one stays, superseded."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="indicator_points")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    indicator = models.CharField(max_length=40, choices=KEYS)
    period_start = models.DateField()
    period_end = models.DateField()
    numerator = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    denominator = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    mean = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    sd = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    n = models.PositiveBigIntegerField(null=True, blank=True)
    source_note = models.CharField(max_length=300)
    revision = models.PositiveSmallIntegerField(default=1)
    upload = models.ForeignKey(IndicatorUpload, models.PROTECT, related_name="points")
    superseded_at = models.DateTimeField(null=True, blank=True)

    objects = IndicatorPointQuerySet.as_manager()

    class Meta:
        ordering = ["indicator", "period_start"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "unit", "indicator", "period_start", "revision"],
                name="indicatorpoint_revision_once",
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                fields=["organization", "unit", "indicator", "period_start"],
                condition=Q(superseded_at=None),
                name="indicatorpoint_one_in_force",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(period_end__gte=F("period_start")),
                name="indicatorpoint_dates_in_order",
            ),
            models.CheckConstraint(
                condition=Q(denominator__gt=0, numerator__gte=0, mean=None, sd=None, n=None)
                | Q(denominator=None, numerator=None, mean__isnull=False, n__gt=0),
                name="indicatorpoint_share_or_mean",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "indicator"],
                condition=Q(superseded_at=None),
                name="indicatorpoint_in_force",
            )
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.period_start}"

    def as_figure(self) -> Figure:
        return Figure(
            indicator=self.indicator,
            unit=self.unit.name if self.unit else "",
            start=self.period_start,
            end=self.period_end,
            numerator=self.numerator,
            denominator=self.denominator,
            mean=self.mean,
            sd=self.sd,
            n=self.n,
            source_note=self.source_note,
        )
