"""A course as a product."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import BaseModel


class Program(BaseModel):
    slug = models.SlugField(unique=True, max_length=80)
    title = models.CharField(_("title"), max_length=160)
    summary = models.TextField(_("summary"), blank=True)

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title
