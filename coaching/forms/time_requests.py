"""When a clinician could meet: ticks only, nothing to type."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from coaching.models import TimeRequest
from coaching.models.availability import WEEKDAYS
from core.forms import Audience, AudienceForm


class TimeRequestForm(AudienceForm):
    audience = dict.fromkeys(("weekdays", "parts"), Audience.ME_AND_COACH)

    weekdays = forms.TypedMultipleChoiceField(
        label=_("Days that could work"),
        coerce=int,
        choices=WEEKDAYS,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one day.")},
    )
    parts = forms.MultipleChoiceField(
        label=_("Times of day"),
        choices=TimeRequest.Part.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one time of day.")},
    )
