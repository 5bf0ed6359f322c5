"""What our entries are called in one's own calendar."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from coaching.models.feeds import MAX_LABEL
from core.forms import Audience, AudienceForm


class CalendarLabelForm(AudienceForm):
    audience = {"label": Audience.ONLY_ME}

    label = forms.CharField(
        label=_("What our entries are called in your calendar"),
        max_length=MAX_LABEL,
        required=False,
        help_text=_("Calendars are often seen by others. Left empty, it is “Appointment”."),
    )
