"""Why a certificate no longer holds."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Audience, AudienceForm


class RevokeForm(AudienceForm):
    audience = {"reason": Audience.PRACTICE}

    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("For your records. The public page says only that it is revoked."),
    )
