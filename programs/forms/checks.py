from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Audience, AudienceForm


class CheckAnswerForm(AudienceForm):
    """One question. Only the learner sees the answer; the practice sees that it is done."""

    audience = {"options": Audience.ONLY_ME, "number": Audience.ONLY_ME}

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    options = forms.MultipleChoiceField(
        error_messages={"required": _("Choose an answer to go on.")},
    )

    def __init__(self, *args: Any, question: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(option["id"], option["text"]) for option in question["options"]]
        widget = forms.CheckboxSelectMultiple if question["multiple"] else _OneOf
        field = self.fields["options"]
        field.label = question["stem"]
        field.widget = widget()
        field.choices = choices  # type: ignore[attr-defined]
        if question["multiple"]:
            field.help_text = _("More than one is right.")


class _OneOf(forms.RadioSelect):
    """Radio buttons for a field of several values: the one chosen comes as a list."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        value = super().value_from_datadict(data, files, name)
        return [value] if value else []

    def format_value(self, value: Any) -> Any:
        return [str(one) for one in value or []]
