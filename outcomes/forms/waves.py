"""The plan of a round."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.forms import Audience, AudienceForm, DayField
from outcomes.models import Instrument, Wave
from outcomes.reports.grants import FREE
from outcomes.services.wave_plans import BATTERY

if TYPE_CHECKING:
    from accounts.models import User
    from outcomes.engine.instruments import Definition, Subscale


class InstrumentChoiceField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        n = len(obj.parsed.items)
        words = (
            ngettext(
                "%(title)s (%(n)d question, version %(version)s)",
                "%(title)s (%(n)d questions, version %(version)s)",
                n,
            )
            if obj.parsed.licence_class in FREE and obj.parsed.has_text
            else ngettext(
                "%(title)s (%(n)d question, version %(version)s; needs a permission)",
                "%(title)s (%(n)d questions, version %(version)s; needs a permission)",
                n,
            )
        )
        return words % {"title": obj.title, "n": n, "version": obj.version}


def _scale_name(instrument: Definition, subscale: Subscale) -> str:
    """With the questionnaire: two of them may ask for the same."""
    name = instrument.name_of(subscale)
    return name if name.startswith(instrument.title) else f"{instrument.title}: {name}"


class WaveForm(AudienceForm):
    audience = dict.fromkeys(
        ("label", "opens_on", "closes_on", "instruments", "primary_outcome", "breakdowns"),
        Audience.PRACTICE,
    )

    label = forms.ChoiceField(label=gettext_lazy("Round"), choices=Wave.Label.choices)
    opens_on = DayField(label=gettext_lazy("Opens on"))
    closes_on = DayField(label=gettext_lazy("Last day"))
    instruments = InstrumentChoiceField(
        label=gettext_lazy("Questionnaires, asked in this order"),
        queryset=Instrument.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    primary_outcome = forms.ChoiceField(
        label=gettext_lazy("Main outcome"),
        required=False,
        help_text=gettext_lazy("Declared before anybody answers: the one figure that decides."),
    )
    breakdowns = forms.MultipleChoiceField(
        label=gettext_lazy("Break figures down by"),
        required=False,
        choices=[("unit", gettext_lazy("unit")), ("role", gettext_lazy("profession"))],
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Declared beforehand too. Small groups stay hidden."),
    )

    def __init__(self, *args: Any, user: User, wave: Wave | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        newest = (
            Instrument.objects.visible_to(user).for_staff().order_by("key", "-pk").distinct("key")
        )
        known = Instrument.objects.visible_to(user).filter(pk__in=[one.pk for one in newest])
        self.fields["instruments"].queryset = known  # type: ignore[attr-defined]
        self.fields["primary_outcome"].choices = [  # type: ignore[attr-defined]
            ("", _("none")),
            *(
                (f"{one.key}.{subscale.key}", _scale_name(one.parsed, subscale))
                for one in known
                for subscale in one.parsed.subscales
                if subscale.is_reported
            ),
        ]
        if wave:
            zone = wave.cohort.zone
            del self.fields["label"]
            self.initial.update(
                {
                    "opens_on": wave.opens_at.astimezone(zone).date(),
                    "closes_on": wave.closes_at.astimezone(zone).date(),
                    "instruments": wave.ordered_instruments(),
                    "primary_outcome": wave.primary_outcome,
                    "breakdowns": wave.breakdowns,
                }
            )
        else:
            self.initial.setdefault("instruments", known.filter(key__in=BATTERY))

    def clean_instruments(self) -> list[Instrument]:
        """In the usual order: those of the battery first, then by title."""
        order = {key: place for place, key in enumerate(BATTERY)}
        chosen = list(self.cleaned_data["instruments"])
        return sorted(chosen, key=lambda one: (order.get(one.key, len(order)), one.title))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        opens_on, closes_on = data.get("opens_on"), data.get("closes_on")
        if opens_on and closes_on and closes_on < opens_on:
            raise ValidationError({"closes_on": _("It closes before it opens.")})
        return data
