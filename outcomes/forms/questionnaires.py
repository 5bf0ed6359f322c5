"""Questionnaires of the practice's own, and permissions for those of others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organization
from core.forms import Audience, AudienceForm, DayField
from outcomes.engine.questionnaires import AGREEMENT, Question
from outcomes.models import InstrumentGrant, QuestionnaireDraft

if TYPE_CHECKING:
    from accounts.models import User

KINDS = (
    ("likert", gettext_lazy("Answers in steps, as in “Not at all” to “Fully”")),
    ("choice", gettext_lazy("One of several answers")),
    ("number", gettext_lazy("A number")),
    ("text", gettext_lazy("Own words")),
)
MOST_ANSWERS, LONGEST_ANSWER = 11, 120


class QuestionnaireForm(AudienceForm):
    audience = dict.fromkeys(("title", "purpose", "instructions", "direction"), Audience.PRACTICE)

    title = forms.CharField(label=gettext_lazy("Title"), max_length=160)
    purpose = forms.CharField(
        label=gettext_lazy("What it measures"), max_length=300, required=False
    )
    instructions = forms.CharField(
        label=gettext_lazy("Line above each question"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("For example: Think of the last two weeks."),
    )
    direction = forms.ChoiceField(
        label=gettext_lazy("Which way is better"),
        choices=[(value, capfirst(words)) for value, words in QuestionnaireDraft.Direction.choices],
    )


class QuestionForm(AudienceForm):
    audience = dict.fromkeys(
        ("text", "kind", "answers", "counts", "reverse", "low", "high"), Audience.PRACTICE
    )

    text = forms.CharField(
        label=gettext_lazy("Question or statement"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Answered by"), choices=KINDS)
    answers = forms.CharField(
        label=gettext_lazy("Answers, one a line"),
        required=False,
        initial="\n".join(AGREEMENT),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("For steps and choices. The first line counts 1, the next 2."),
    )
    counts = forms.BooleanField(
        label=gettext_lazy("Counts in the value"),
        required=False,
        initial=True,
        help_text=gettext_lazy("For steps: the value is the mean of the questions that count."),
    )
    reverse = forms.BooleanField(
        label=gettext_lazy("Counts the other way round"),
        required=False,
        help_text=gettext_lazy("For statements that say the opposite."),
    )
    low = forms.FloatField(label=gettext_lazy("Smallest number"), required=False)
    high = forms.FloatField(label=gettext_lazy("Largest number"), required=False)

    @classmethod
    def initial_of(cls, question: Question) -> dict[str, Any]:
        return {
            **question,
            "answers": "\n".join(question.get("answers", AGREEMENT)),
            "counts": question.get("counts", False),
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        kind = data.get("kind")
        if kind in ("likert", "choice"):
            lines = [" ".join(line.split()) for line in data.get("answers", "").splitlines()]
            data["answers"] = [line for line in lines if line]
            self._check_answers(data["answers"])
        if kind == "number":
            low, high = data.get("low"), data.get("high")
            if low is None or high is None or not low < high:
                raise ValidationError({"high": _("Say the smallest and a larger largest number.")})
        return data

    def _check_answers(self, answers: list[str]) -> None:
        if not 2 <= len(answers) <= MOST_ANSWERS:
            raise ValidationError(
                {"answers": _("Two to %(most)d answers, one a line.") % {"most": MOST_ANSWERS}}
            )
        if len(set(answers)) < len(answers):
            raise ValidationError({"answers": _("Each answer once.")})
        if any(len(answer) > LONGEST_ANSWER for answer in answers):
            raise ValidationError({"answers": _("An answer is too long for a phone.")})

    @property
    def question(self) -> Question:
        """The question of a valid form: only what its kind has."""
        data = self.cleaned_data
        question: Question = {"kind": data["kind"], "text": " ".join(data["text"].split())}
        if data["kind"] == "number":
            return question | {"low": data["low"], "high": data["high"]}
        if data["kind"] in ("likert", "choice"):
            question["answers"] = data["answers"]
        if data["kind"] == "likert":
            question |= {"counts": data["counts"], "reverse": data["counts"] and data["reverse"]}
        return question


class GrantForm(AudienceForm):
    audience = dict.fromkeys(
        ("organization", "kind", "holder", "reference", "valid_from", "valid_until", "file"),
        Audience.PRACTICE,
    )

    organization = forms.ModelChoiceField(
        label=gettext_lazy("Given to"),
        queryset=Organization.objects.none(),
        required=False,
        empty_label=gettext_lazy("The practice, for all its clients"),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=[(value, capfirst(words)) for value, words in InstrumentGrant.Kind.choices],
    )
    holder = forms.CharField(
        label=gettext_lazy("Who gave it"),
        max_length=160,
        help_text=gettext_lazy("The author or publisher."),
    )
    reference = forms.CharField(
        label=gettext_lazy("Where it is kept"),
        max_length=200,
        help_text=gettext_lazy("Number of the license, or date and subject of the letter."),
    )
    valid_from = DayField(label=gettext_lazy("Valid from"), required=False)
    valid_until = DayField(label=gettext_lazy("Valid until"), required=False)
    file = forms.FileField(
        label=gettext_lazy("Wording"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,.yaml,.yml"}),
        help_text=gettext_lazy(
            "CSV with the columns id and text, or YAML. One line a question; answers may follow."
        ),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        managed = Organization.objects.managed_by(user)
        self.fields["organization"].queryset = managed  # type: ignore[attr-defined]
