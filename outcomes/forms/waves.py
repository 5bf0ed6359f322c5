"""The plan of a round."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.forms import Audience, AudienceForm, DayField
from outcomes.models import Instrument, Wave
from outcomes.reports.grants import grants_in_force, lacks
from outcomes.services.wave_plans import BATTERY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import User
    from outcomes.engine.instruments import Definition, Subscale
    from programs.models import Cohort


def _choices(instruments: Iterable[Instrument], cohort: Cohort) -> list[tuple[int, str]]:
    """In the order in which they are asked; those that lack a permission or wording come last."""
    known = sorted(instruments, key=_place)
    grants = grants_in_force(
        instruments=known,
        organization=cohort.engagement.organization,
        on=timezone.localdate(timezone=cohort.zone),
    )
    missing = {one.pk: lacks(one, grants.get(one.pk, [])) for one in known}
    return [
        (one.pk, _label(one, missing[one.pk]))
        for one in sorted(known, key=lambda one: missing[one.pk] != "")
    ]


def _place(instrument: Instrument) -> tuple[int, str]:
    order = {key: place for place, key in enumerate(BATTERY)}
    return order.get(instrument.key, len(order)), instrument.title


def _label(instrument: Instrument, missing: str) -> str:
    n = len(instrument.parsed.items)
    questions = ngettext("%(n)d question", "%(n)d questions", n) % {"n": n}
    words = f"{instrument.title}: {questions}"
    if missing == "licence":
        return _("%(words)s; needs a permission first") % {"words": words}
    if missing == "text":
        return _("%(words)s; needs its wording first") % {"words": words}
    return words


def _scale_name(instrument: Definition, subscale: Subscale) -> str:
    """With the questionnaire: two of them may ask for the same."""
    name = instrument.name_of(subscale)
    return name if name.startswith(instrument.title) else f"{instrument.title}: {name}"


class WaveForm(AudienceForm):
    audience = dict.fromkeys(
        ("label", "opens_on", "closes_on", "instruments", "primary_outcome", "breakdowns"),
        Audience.PRACTICE,
    )

    label = forms.ChoiceField(
        label=gettext_lazy("Round"),
        choices=[(value, capfirst(words)) for value, words in Wave.Label.choices],
    )
    opens_on = DayField(label=gettext_lazy("Opens on"))
    closes_on = DayField(label=gettext_lazy("Last day"))
    instruments = forms.ModelMultipleChoiceField(
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
        choices=[("unit", gettext_lazy("Unit")), ("role", gettext_lazy("Profession"))],
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Declared beforehand too. Small groups stay hidden."),
    )

    def __init__(
        self, *args: Any, user: User, cohort: Cohort, wave: Wave | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        newest = (
            Instrument.objects.visible_to(user).for_staff().order_by("key", "-pk").distinct("key")
        )
        known = Instrument.objects.visible_to(user).filter(pk__in=[one.pk for one in newest])
        self.fields["instruments"].queryset = known  # type: ignore[attr-defined]
        self.fields["instruments"].choices = _choices(known, cohort)  # type: ignore[attr-defined]
        self.fields["primary_outcome"].choices = [  # type: ignore[attr-defined]
            ("", _("None")),
            *(
                (f"{one.key}.{subscale.key}", _scale_name(one.parsed, subscale))
                for one in known
                for subscale in one.parsed.subscales
                if subscale.is_reported
            ),
        ]
        if wave:
            zone = cohort.zone
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
        return sorted(self.cleaned_data["instruments"], key=_place)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        opens_on, closes_on = data.get("opens_on"), data.get("closes_on")
        if opens_on and closes_on and closes_on < opens_on:
            raise ValidationError({"closes_on": _("It closes before it opens.")})
        return data
