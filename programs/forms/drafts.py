"""A new program, and the number of an edition."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Audience, AudienceForm
from programs.engine.draft_keys import key_from


class ProgramForm(AudienceForm):
    title = forms.CharField(label=_("Title"), max_length=160)
    slug = forms.CharField(
        label=_("Id"),
        max_length=40,
        required=False,
        help_text=_(
            "Small letters, digits and hyphens. It never changes: answers hang on it. Left empty, it"
            " is made of the title."
        ),
    )

    audience = dict.fromkeys(("title", "slug"), Audience.CLIENTS)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("title") and not cleaned.get("slug"):
            cleaned["slug"] = key_from(cleaned["title"])
        return cleaned


class PublishForm(AudienceForm):
    version = forms.RegexField(
        r"^(0|[1-9][0-9]{0,3})(\.(0|[1-9][0-9]{0,3})){2}\Z", label=_("Version number")
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)

    audience = dict.fromkeys(("version", "revision"), Audience.CLIENTS)
