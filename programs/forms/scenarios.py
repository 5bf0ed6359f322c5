from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Audience, AudienceForm


class ScenarioTurnForm(AudienceForm):
    """Which step of which run the page showed, and where to go from an end."""

    audience = {
        "run": Audience.ONLY_ME,
        "number": Audience.ONLY_ME,
        "turn": Audience.ONLY_ME,
        "node": Audience.ONLY_ME,
    }

    run = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=30_000)
    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=30_000)
    turn = forms.ChoiceField(
        widget=forms.HiddenInput,
        choices=[("back", "back"), ("over", "over"), ("again", "again")],
        required=False,
    )
    node = forms.CharField(widget=forms.HiddenInput, max_length=60, required=False)


class ScenarioChoiceForm(AudienceForm):
    """What you would say. Only you see your path; the practice sees that you finished."""

    audience = {
        "run": Audience.ONLY_ME,
        "number": Audience.ONLY_ME,
        "shown": Audience.ONLY_ME,
        "choice": Audience.ONLY_ME,
    }

    run = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=30_000)
    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=30_000)
    # When the page was made, in ms: how long a choice took is counted without JavaScript.
    shown = forms.IntegerField(widget=forms.HiddenInput, required=False)
    choice = forms.ChoiceField(
        label=_("What do you say?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one to go on.")},
    )

    def __init__(self, *args: Any, choices: Sequence[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["choice"].choices = [(c["id"], c["text"]) for c in choices]  # type: ignore[attr-defined]
