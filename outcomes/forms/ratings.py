"""Asking patients: the link that staff make, and the form that patients fill in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.forms import Audience, AudienceForm, DayField
from outcomes.models import Instrument

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet

    from accounts.models import Unit
    from outcomes.engine.instruments import Item
    from outcomes.models import RatingLink

_NOT_APPLICABLE = "na"


def _day(label: Any) -> DayField:
    return DayField(
        label=label,
    )


class RatingLinkForm(AudienceForm):
    """`units` is left out where a clinician asks for a link of their own."""

    audience = dict.fromkeys(("instrument", "unit", "opens_on", "closes_on"), Audience.ORGANIZATION)

    instrument: forms.ModelChoiceField[Instrument] = forms.ModelChoiceField(
        queryset=None, label=_("Questions"), empty_label=None
    )
    unit: forms.ModelChoiceField[Unit] = forms.ModelChoiceField(
        queryset=None, label=_("Unit"), required=False, empty_label=_("The whole organization")
    )
    opens_on = _day(_("First day"))
    closes_on = _day(_("Last day"))

    def __init__(
        self,
        *args: Any,
        units: QuerySet[Unit] | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["instrument"].queryset = Instrument.objects.for_patients()  # type: ignore[attr-defined]
        self.fields["instrument"].label_from_instance = _title  # type: ignore[attr-defined]
        if units is None:
            self.audience = dict.fromkeys(self.audience, Audience.ONLY_ME)
            del self.fields["unit"]
        else:
            self.fields["unit"].queryset = units  # type: ignore[attr-defined]


def _title(instrument: Instrument) -> str:
    return f"{instrument.title} ({instrument.parsed.licence})"


class RatingForm(forms.Form):
    """One short page of questions. Every one may be left out."""

    form_key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(
        self, *args: Any, link: RatingLink, texts: Mapping[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.items = link.instrument.parsed.shown
        for number, item in enumerate(self.items):
            self.fields[f"q{number}"] = forms.ChoiceField(
                label=gettext(item.text) if item.text else texts.get(item.key, ""),
                choices=_choices(item, texts),
                widget=forms.RadioSelect,
                required=False,
            )

    def questions(self) -> list[forms.BoundField]:
        return [self[f"q{number}"] for number in range(len(self.items))]

    def answers(self) -> dict[str, float | None]:
        found: dict[str, float | None] = {}
        for number, item in enumerate(self.items):
            chosen = self.cleaned_data.get(f"q{number}", "")
            found[item.key] = float(chosen) if chosen not in ("", _NOT_APPLICABLE) else None
        return found


def _choices(item: Item, texts: Mapping[str, str]) -> list[tuple[str, str]]:
    """The labels of the scale, or those that came with the wording ("scale.value")."""
    if item.scale is None:
        return []
    choices = []
    for option in item.scale.options:
        label = texts.get(f"{item.scale.key}.{option.value:g}") or gettext(option.label)
        choices.append((f"{option.value:g}", label))
    if item.scale.may_skip_as:
        choices.append((_NOT_APPLICABLE, gettext(item.scale.may_skip_as)))
    return choices
