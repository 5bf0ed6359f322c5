"""Which of two times a session keeps."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Audience, AudienceForm


class AgreedTimeForm(AudienceForm):
    audience = {"time": Audience.PRACTICE, "idem_key": Audience.ONLY_ME}

    time = forms.ChoiceField(choices=[("agreed", _("agreed")), ("shown", _("shown"))])
    idem_key = forms.UUIDField(widget=forms.HiddenInput)
