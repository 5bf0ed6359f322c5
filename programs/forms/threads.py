from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Audience, AudienceForm


class ThreadPostForm(AudienceForm):
    """Read by the group and its facilitators."""

    audience = {"text": Audience.GROUP, "client_key": Audience.ONLY_ME}

    client_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    text = forms.CharField(
        label=_("Your post"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )
