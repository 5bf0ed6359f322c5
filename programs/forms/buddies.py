from __future__ import annotations

from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Audience, AudienceForm


class BuddyMessageForm(AudienceForm):
    """For the other of the pair alone."""

    audience = {"client_key": Audience.ONLY_ME, "text": Audience.NAMED}

    client_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    text = forms.CharField(
        label=_("Write to your buddy"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )


class BuddyReportForm(AudienceForm):
    """For the named contact of the practice alone."""

    audience = {"note": Audience.NAMED}

    note = forms.CharField(
        label=_("What your contact should know"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )
