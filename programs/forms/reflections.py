from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from core.forms import Audience
from programs.forms.items import DraftTextField, StepForm
from programs.services.reflections import MAX_LENGTH


class ReflectionForm(StepForm):
    """One question of a reflection. Its author reads it, and `readers` whom they shared it with."""

    def __init__(
        self, *args: Any, question: Mapping[str, Any], readers: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, audience_names={Audience.NAMED: readers}, **kwargs)
        field = DraftTextField(
            label=question["label"],
            help_text=question.get("hint", ""),
            required=not question.get("optional", False),
            max_length=MAX_LENGTH,
            strip=False,
            widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off"}),
        )
        audience = Audience.NAMED if readers else Audience.ONLY_ME
        self.add(f"answer_{question['id']}", field, audience)
