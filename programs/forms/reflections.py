from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from core.forms import Audience
from programs.forms.items import DraftTextField, StepForm
from programs.services.reflections import MAX_LENGTH


class ReflectionForm(StepForm):
    """One question of a reflection. Nobody but its author reads it."""

    def __init__(self, *args: Any, question: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = DraftTextField(
            label=question["label"],
            help_text=question.get("hint", ""),
            required=not question.get("optional", False),
            max_length=MAX_LENGTH,
            strip=False,
            widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off"}),
        )
        self.add(f"answer_{question['id']}", field, Audience.ONLY_ME)
