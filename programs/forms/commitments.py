from __future__ import annotations

from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Audience, AudienceForm


class CommitmentForm(AudienceForm):
    """One thing to try, and when to be reminded of it."""

    audience = {
        "client_key": Audience.ONLY_ME,
        "text": Audience.ONLY_ME,
        "remind": Audience.ONLY_ME,
    }

    client_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    text = forms.CharField(
        label=_("One thing I will try on a shift"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
    )
    remind = forms.ChoiceField(
        label=_("Remind me"),
        required=False,
        choices=[
            ("", _("No reminder")),
            ("tomorrow", _("Tomorrow morning")),
            ("days", _("In three days")),
            ("week", _("In a week")),
        ],
        widget=forms.RadioSelect,
        initial="",
    )
