"""Hours added or taken by hand."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from coaching.models import HoursEntry
from core.forms import Audience, AudienceForm

_MOST = 100_000


class HoursAdjustForm(AudienceForm):
    audience = {"minutes": Audience.PRACTICE, "reason": Audience.PRACTICE}

    minutes = forms.IntegerField(
        label=_("Minutes"),
        help_text=_("With a minus to take some away. The organization sees the new balance."),
        min_value=-_MOST,
        max_value=_MOST,
    )
    reason = forms.ChoiceField(label=_("Why"), choices=HoursEntry.Reason.choices)

    def clean_minutes(self) -> int:
        minutes: int = self.cleaned_data["minutes"]
        if not minutes:
            raise ValidationError(_("Zero changes nothing."), code="zero")
        return minutes
