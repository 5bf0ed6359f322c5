"""How often admins get a link."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from outcomes.models import ReportSchedule

NEVER = "never"


class ReportScheduleForm(forms.Form):
    every = forms.ChoiceField(
        label=_("And besides"),
        choices=[(NEVER, _("at no other time")), *ReportSchedule.Every.choices],
        widget=forms.RadioSelect,
        help_text=_("On the first working day, at 8 by the organization's clock."),
    )
