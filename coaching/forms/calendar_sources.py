"""Adding a calendar that is kept elsewhere: its address, or a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import Audience, AudienceForm


class RotaForm(AudienceForm):
    audience = dict.fromkeys(("address", "file"), Audience.ONLY_ME)

    address = forms.CharField(
        label=_("Address of the calendar"),
        required=False,
        max_length=2000,
        help_text=_("It begins with https:// or webcal://. We read it about every ten minutes."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "inputmode": "url", "spellcheck": "false"}
        ),
    )
    file = forms.FileField(
        label=_("Or a calendar file"),
        required=False,
        help_text=_("A file that ends in .ics, up to 2 MB. Upload it again when it changes."),
        widget=forms.FileInput(attrs={"accept": ".ics,text/calendar"}),
        allow_empty_file=True,  # the service says what an empty file is
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        if not cleaned.get("address") and cleaned.get("file") is None:
            raise ValidationError(_("Give an address or choose a file."), code="required")
        if cleaned.get("address") and cleaned.get("file") is not None:
            raise ValidationError(_("Give an address or a file, not both."), code="both")
        return cleaned


class BusyCalendarForm(RotaForm):
    audience = dict.fromkeys(("address", "file", "is_strict"), Audience.ONLY_ME)

    is_strict = forms.BooleanField(
        label=_("Offer no times while it cannot be read for more than a day"),
        required=False,
        help_text=_("For calendars with an address. Without this, the last good copy counts."),
    )
