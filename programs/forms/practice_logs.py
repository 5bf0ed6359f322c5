from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.forms import Audience, AudienceForm, DayField
from programs.services.practice_logs import MAX_MINUTES


class PracticeStartForm(AudienceForm):
    audience = {"minutes": Audience.ONLY_ME}

    minutes = forms.TypedChoiceField(label=_("How long"), coerce=int, widget=forms.RadioSelect)

    def __init__(self, *args: Any, lengths: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["minutes"].choices = [  # type: ignore[attr-defined]
            (n, ngettext("%(n)s minute", "%(n)s minutes", n) % {"n": n}) for n in lengths
        ]


class PracticeFinishForm(AudienceForm):
    """`seconds` comes from the page's timer; 0 without JavaScript: the server's clock counts."""

    audience = {"client_key": Audience.ONLY_ME, "seconds": Audience.ONLY_ME}

    client_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    seconds = forms.IntegerField(
        widget=forms.HiddenInput, min_value=0, max_value=MAX_MINUTES * 60, required=False
    )


class PracticeLogForm(AudienceForm):
    audience = {
        "client_key": Audience.ONLY_ME,
        "minutes": Audience.ONLY_ME,
        "day": Audience.ONLY_ME,
    }

    client_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    minutes = forms.IntegerField(
        label=_("I practiced, in minutes"),
        min_value=1,
        max_value=MAX_MINUTES,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    day = DayField(
        label=_("Day"),
    )
