"""A questionnaire as versioned data, and the permissions that licensed ones need."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from core.models import BaseModel
from outcomes.engine.instruments import Definition, parse

if TYPE_CHECKING:
    from datetime import date

    from accounts.models import User


FOR_PATIENTS = Q(key="care") | Q(key__startswith="patient-")


class InstrumentQuerySet(models.QuerySet["Instrument"]):
    def visible_to(self, user: User) -> Self:
        """Consultants plan with all of them; a questionnaire tells nothing about anybody."""
        return self if user.is_consultant else self.none()

    def for_patients(self) -> Self:
        """Those that patients answer by a public link (engine: `is_for_patients`)."""
        return self.filter(FOR_PATIENTS)

    def for_staff(self) -> Self:
        return self.exclude(FOR_PATIENTS)


class Instrument(BaseModel):
    """One version. Never changed: a new wording or key is a new version."""

    class Source(models.TextChoices):
        SHIPPED = "shipped", _("comes with Rapport")
        PRACTICE = "practice", _("our own")

    key = models.SlugField(max_length=60)
    version = models.CharField(max_length=20)
    title = models.CharField(_("title"), max_length=160)
    source = models.CharField(max_length=12, choices=Source, default=Source.SHIPPED)
    definition = models.JSONField()
    sha256 = models.CharField(max_length=64)

    objects = InstrumentQuerySet.as_manager()

    class Meta:
        ordering = ["title", "version"]
        constraints = [
            models.UniqueConstraint(fields=["key", "version"], name="instrument_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.version}"

    @cached_property
    def parsed(self) -> Definition:
        return parse(self.definition)


class InstrumentGrantQuerySet(models.QuerySet["InstrumentGrant"]):
    def visible_to(self, user: User) -> Self:
        managed = Organization.objects.managed_by(user)
        whole_practice = Q(organization=None) if user.is_consultant else Q(pk__in=[])
        return self.filter(whole_practice | Q(organization__in=managed))

    def in_force(self, *, organization: Organization, on: date) -> Self:
        """Grants to the practice or to `organization` that hold on a day."""
        return self.filter(
            Q(organization=None) | Q(organization=organization),
            Q(valid_from=None) | Q(valid_from__lte=on),
            Q(valid_until=None) | Q(valid_until__gte=on),
        )


class InstrumentGrant(BaseModel):
    """A permission or licence to use an instrument, with the text that came with it."""

    class Kind(models.TextChoices):
        PERMISSION = "permission", _("written permission")
        LICENCE = "licence", _("purchased licence")

    instrument = models.ForeignKey(Instrument, models.PROTECT, related_name="grants")
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    holder = models.CharField(_("holder"), max_length=160)
    reference = models.CharField(_("reference"), max_length=200)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    # Item id → text, and the labels of answer scales, as the customer supplied them.
    texts = models.JSONField(default=dict, blank=True)

    objects = InstrumentGrantQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.kind} for {self.instrument_id}"
