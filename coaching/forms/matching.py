"""Forms about coaches: what one says of oneself, who coaches whom, who should not meet."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from coaching.models import CoachProfile, Conflict
from core.forms import Audience, AudienceForm


class WordsField(forms.CharField):
    """Words with commas between; a list in Python."""

    def __init__(self, *, word_length: int, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=400, **kwargs)
        self.word_length = word_length

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        words = [" ".join(word.split()) for word in super().clean(value).split(",")]
        kept = list(dict.fromkeys(word for word in words if word))
        for word in kept:
            if len(word) > self.word_length:
                raise forms.ValidationError(_("One of the words is too long."), code="too_long")
        return kept


class CoachProfileForm(AudienceForm):
    """Clinicians of the coach's cohorts see all of it."""

    audience = dict.fromkeys(
        ("about", "specialties", "languages", "regions", "seniority"), Audience.GROUP
    )

    about = forms.CharField(
        label=_("About you"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Two or three sentences that help somebody to choose."),
    )
    specialties = WordsField(
        label=_("Specialties"), word_length=60, help_text=_("With commas: grief, difficult news")
    )
    languages = WordsField(label=_("Languages"), word_length=40)
    regions = WordsField(label=_("Licensed in"), word_length=40)
    seniority = forms.ChoiceField(label=_("Seniority"), choices=CoachProfile.Seniority.choices)


class WishForm(AudienceForm):
    """What a clinician looks for in a coach. Never why."""

    audience = dict.fromkeys(("specialty", "language", "seniority", "region"), Audience.PRACTICE)

    specialty = forms.ChoiceField(label=_("Specialty"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)
    seniority = forms.ChoiceField(label=_("Seniority"), required=False)
    region = forms.ChoiceField(label=_("Licensed in"), required=False)

    def __init__(self, *args: Any, profiles: Iterable[CoachProfile], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = list(profiles)
        words = {
            "specialty": {word for one in found for word in one.specialties},
            "language": {word for one in found for word in one.languages},
            "region": {word for one in found for word in one.regions},
        }
        for name, choices in words.items():
            options = [(word, word) for word in sorted(choices)]
            self.fields[name].choices = [("", _("Any")), *options]  # type: ignore[attr-defined]
        self.fields["seniority"].choices = [  # type: ignore[attr-defined]
            ("", _("Any")),
            *CoachProfile.Seniority.choices,
        ]


class CoachChoiceForm(AudienceForm):
    """One of some coaches."""

    audience = {"coach": Audience.PRACTICE}

    coach = forms.ChoiceField(label=_("Coach"))

    def __init__(self, *args: Any, coaches: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(coach.public_id): coach for coach in coaches}
        self.fields["coach"].choices = [  # type: ignore[attr-defined]
            (key, coach.name) for key, coach in self.people.items()
        ]

    def chosen(self) -> User:
        return self.people[self.cleaned_data["coach"]]


class HandOverForm(CoachChoiceForm):
    """Who takes a session over; `rev` is the state the page showed."""

    audience = CoachChoiceForm.audience | {"rev": Audience.ONLY_ME}

    rev = forms.IntegerField(widget=forms.HiddenInput)


class ConflictForm(AudienceForm):
    """Two people who should not meet in coaching."""

    audience = dict.fromkeys(("person", "kind", "other"), Audience.PRACTICE)

    person = forms.ChoiceField(label=_("Who"))
    kind = forms.ChoiceField(label=_("Relation"), choices=Conflict.Kind.choices)
    other = forms.ChoiceField(label=_("Whom"))

    def __init__(self, *args: Any, people: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.public_id): person for person in people}
        choices = [(key, person.name) for key, person in self.people.items()]
        for name in ("person", "other"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def pair(self) -> dict[str, Any]:
        """What the service takes."""
        data = self.cleaned_data
        return {
            "person": self.people[data["person"]],
            "other": self.people[data["other"]],
            "kind": data["kind"],
        }


class ShareForm(AudienceForm):
    """How much of what is new a coach takes on."""

    audience = dict.fromkeys(("weight", "max_clinicians"), Audience.PRACTICE)

    weight = forms.IntegerField(
        label=_("Share of new sessions"),
        min_value=1,
        max_value=10,
        help_text=_("Whoever has 2 gets twice as many new clinicians as whoever has 1."),
    )
    max_clinicians = forms.IntegerField(
        label=_("Clinicians at most"), min_value=0, max_value=500, required=False
    )
