"""The firm that runs this installation: exactly one row."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import BaseModel


class Practice(BaseModel):
    name = models.CharField(_("name"), max_length=120, default="Northlight")
    sender_name = models.CharField(_("sender name in mail"), max_length=120, default="Northlight")
    reply_to = models.EmailField(_("reply-to address"), blank=True)
    support_phone = models.CharField(_("phone"), max_length=40, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="America/New_York")
    singleton = models.BooleanField(default=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["singleton"], name="practice_is_one_row"),
            models.CheckConstraint(
                condition=models.Q(singleton=True), name="practice_singleton_is_true"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def current(cls) -> Practice:
        """Return the one row; before it exists, one with the defaults, unsaved."""
        return cls.objects.order_by("id").first() or cls()
