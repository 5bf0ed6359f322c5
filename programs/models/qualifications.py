"""What somebody is qualified to lead, and until when: some programs may not open without it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import BaseModel

if TYPE_CHECKING:
    from datetime import date


class QualificationQuerySet(models.QuerySet["Qualification"]):
    def standing(self) -> Self:
        return self.filter(revoked_at=None)

    def valid_between(self, first: date, last: date) -> Self:
        """Those that hold on some day from `first` to `last`, both included."""
        return (
            self.standing()
            .filter(valid_from__lte=last)
            .filter(Q(expires_on=None) | Q(expires_on__gte=first))
        )


class Qualification(BaseModel):
    """The owner saw the paper. `key` is the one that a program's safety text asks for."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="qualifications"
    )
    key = models.SlugField(_("for"), max_length=40)
    title = models.CharField(_("what the paper says"), max_length=160)
    valid_from = models.DateField(_("valid from"))
    expires_on = models.DateField(_("last valid day"), null=True, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = QualificationQuerySet.as_manager()

    class Meta:
        ordering = ["person__name", "-valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_on=None) | Q(expires_on__gte=F("valid_from")),
                name="qualification_ends_after_it_begins",
            )
        ]

    def __str__(self) -> str:
        return self.title
