"""Consent: who signed which disclosure. Append-only; withdrawing is a new row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.disclosures import Disclosure
from core.models import BaseModel

if TYPE_CHECKING:
    from accounts.models.users import User


class ConsentQuerySet(models.QuerySet["Consent"]):
    def owned_by(self, user: User) -> Self:
        return self.filter(user=user)


class Consent(BaseModel):
    class Action(models.TextChoices):
        SIGNED = "signed", _("signed")
        WITHDRAWN = "withdrawn", _("withdrawn")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="consents")
    disclosure = models.ForeignKey(Disclosure, models.PROTECT, related_name="consents")
    action = models.CharField(max_length=9, choices=Action, default=Action.SIGNED)
    sha256 = models.CharField(max_length=64)  # of the text as it was shown
    typed_name = models.CharField(max_length=150)
    at = models.DateTimeField()

    objects = ConsentQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.user} {self.action} {self.disclosure}"
