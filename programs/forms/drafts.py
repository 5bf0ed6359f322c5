"""A new program, and the number of an edition."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Audience, AudienceForm


class ProgramForm(AudienceForm):
    title = forms.CharField(label=_("Title"), max_length=160)
    slug = forms.CharField(
        label=_("Id"),
        max_length=40,
        help_text=_("Small letters, digits and hyphens. It never changes: answers hang on it."),
    )

    audience = dict.fromkeys(("title", "slug"), Audience.CLIENTS)


class PublishForm(AudienceForm):
    version = forms.RegexField(
        r"^(0|[1-9][0-9]{0,3})(\.(0|[1-9][0-9]{0,3})){2}\Z", label=_("Version number")
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)

    audience = dict.fromkeys(("version", "revision"), Audience.CLIENTS)
