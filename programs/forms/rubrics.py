from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.forms import Audience, AudienceForm, DayField


class ObservationRequestForm(AudienceForm):
    """Whom to ask. That person learns that they were asked, and by whom."""

    audience = {"observer": Audience.NAMED}

    observer = forms.ChoiceField(label=gettext_lazy("Who could watch"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, observers: Iterable[User], **kwargs: Any) -> None:
        self.observers = {str(user.public_id): user for user in observers}
        names = _("the person you choose")
        super().__init__(*args, audience_names={Audience.NAMED: names}, **kwargs)
        field = self.fields["observer"]
        field.choices = [(key, str(user)) for key, user in self.observers.items()]  # type: ignore[attr-defined]

    def clean_observer(self) -> User:
        try:
            return self.observers[self.cleaned_data["observer"]]
        except KeyError as error:
            raise ValidationError(_("Choose someone of your team."), code="invalid") from error


class ObservationForm(AudienceForm):
    """The observer's rubric: a radio row per behavior, a note, the day."""

    audience = {"observed_on": Audience.NAMED, "note": Audience.NAMED}

    observed_on = DayField(
        label=gettext_lazy("Day"),
    )
    note = forms.CharField(
        label=gettext_lazy("What you saw or heard"),
        help_text=gettext_lazy("Behavior only. No patient's name, age, room or diagnosis."),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, rubric: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rubric = rubric
        ratings = [(rating["id"], rating["label"]) for rating in rubric["ratings"]]
        for behavior in rubric["behaviors"]:
            name = f"rating_{behavior['id']}"
            self.fields[name] = forms.ChoiceField(
                label=behavior["title"],
                help_text=behavior["evidence_prompt"],
                choices=ratings,
                widget=forms.RadioSelect,
            )
            self.audience = {**self.audience, name: Audience.NAMED}
        self.order_fields([f"rating_{behavior['id']}" for behavior in rubric["behaviors"]])

    def ratings(self) -> dict[str, str]:
        return {
            behavior["id"]: self.cleaned_data[f"rating_{behavior['id']}"]
            for behavior in self.rubric["behaviors"]
        }


class SelfRatingForm(AudienceForm):
    """The learner's own rubric. The observer reads it once theirs is filed."""

    audience: Mapping[str, Audience] = {}

    def __init__(self, *args: Any, rubric: Mapping[str, Any], **kwargs: Any) -> None:
        names = {Audience.NAMED: _("the person who watches, once they have filed theirs")}
        super().__init__(*args, audience_names=names, **kwargs)
        self.behaviors = [behavior["id"] for behavior in rubric["behaviors"]]
        ratings = [(rating["id"], rating["label"]) for rating in rubric["ratings"]]
        for behavior in rubric["behaviors"]:
            name = f"rating_{behavior['id']}"
            self.fields[name] = forms.ChoiceField(
                label=behavior["title"], choices=ratings, widget=forms.RadioSelect
            )
            self.audience = {**self.audience, name: Audience.NAMED}

    def ratings(self) -> dict[str, str]:
        return {key: self.cleaned_data[f"rating_{key}"] for key in self.behaviors}
