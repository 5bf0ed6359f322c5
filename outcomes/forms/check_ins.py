"""One question of a round."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from core.forms import Audience, AudienceForm
from outcomes.services.responses import MAX_TEXT

if TYPE_CHECKING:
    from outcomes.reports.check_ins import Question

_SALT = "check-in"


class QuestionForm(AudienceForm):
    """The answer may stay empty: everybody may leave out any question.

    `shown` carries when the page was made, signed, so that the time taken needs no script.
    """

    audience = {"answer": Audience.COUNTS_ONLY, "shown": Audience.ONLY_ME}

    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, question: Question, *args: Any, **kwargs: Any) -> None:
        self.question = question
        if (
            question.item.kind == "text"
        ):  # nobody counts words, and there is no page that shows them
            self.audience = {"answer": Audience.ONLY_ME, "shown": Audience.ONLY_ME}
        super().__init__(*args, **kwargs)
        self.fields["answer"] = self._field()
        self.order_fields(["answer", "shown"])
        self.initial.setdefault("shown", signing.dumps(int(time.time() * 1000), salt=_SALT))
        self.initial.setdefault("answer", self._initial())

    def _field(self) -> forms.Field:
        item = self.question.item
        if item.kind == "text":
            return forms.CharField(
                label=self.question.text,
                required=False,
                max_length=MAX_TEXT,
                widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
            )
        scale = item.scale
        if scale and scale.options:
            choices = [(f"{option.value:g}", option.label) for option in scale.options]
            if scale.may_skip_as:
                choices.append(("none", scale.may_skip_as))
            return forms.ChoiceField(
                label=self.question.text,
                required=False,
                choices=choices,
                widget=forms.RadioSelect,
                error_messages={"invalid_choice": _("Choose one of the answers.")},
            )
        return forms.FloatField(
            label=self.question.text,
            required=False,
            min_value=scale.low if scale else None,
            max_value=scale.high if scale else None,
        )

    def _initial(self) -> str:
        if self.question.value is not None:
            return f"{self.question.value:g}"
        return self.question.words

    @property
    def value(self) -> float | None:
        """The raw value of a valid form; None: left out, or answered in words."""
        answer = self.cleaned_data.get("answer")
        if self.question.item.kind == "text" or answer in (None, "", "none"):
            return None
        return float(answer)

    @property
    def words(self) -> str:
        is_text = self.question.item.kind == "text"
        return self.cleaned_data.get("answer", "") if is_text else ""

    @property
    def elapsed_ms(self) -> int | None:
        """From showing the page to the answer; None if the page does not say."""
        try:
            shown = signing.loads(self.cleaned_data.get("shown", ""), salt=_SALT, max_age=86_400)
        except signing.BadSignature:
            return None
        return max(0, int(time.time() * 1000) - int(shown))

    @property
    def opens_support(self) -> bool:
        scale = self.question.item.scale
        options = scale.options if scale else ()
        return any(one.opens_support and one.value == self.value for one in options)
