from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Audience, DayField
from programs.forms.items import DraftChoiceField, DraftTextField, StepForm


class FieldEntryForm(StepForm):
    """One entry of a field log: the day, a tag, and the fields of this week's item."""

    audience = {
        **StepForm.audience,
        "happened_on": Audience.ONLY_ME,
        "situation": Audience.ONLY_ME,
    }

    situation = forms.ChoiceField(
        label=_("What kind of moment"), required=False, widget=forms.RadioSelect
    )
    happened_on = DayField(
        label=_("Day"),
    )

    def __init__(self, *args: Any, body: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        situation = self.fields["situation"]
        situation.choices = [(tag["id"], tag["label"]) for tag in body["situations"]]  # type: ignore[attr-defined]
        for field in body["fields"]:
            self.add(f"answer_{field['id']}", _field(field), Audience.ONLY_ME)
        self.order_fields(["situation", *(f"answer_{f['id']}" for f in body["fields"])])


def _field(field: Mapping[str, Any]) -> forms.Field:
    common = {
        "label": field["label"],
        "help_text": field.get("hint", ""),
        "required": not field.get("optional", False),
    }
    if field["kind"] == "text":
        return DraftTextField(
            max_length=2000,
            widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
            **common,
        )
    choices = [(option["id"], option["label"]) for option in field["options"]]
    return DraftChoiceField(choices=choices, widget=forms.RadioSelect, **common)
