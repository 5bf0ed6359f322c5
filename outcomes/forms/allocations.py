"""Drawing by lot: which cohorts begin one after the other, and how it is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from outcomes.models import Lot
from programs.models import Cohort

if TYPE_CHECKING:
    from django.db.models import QuerySet


class LotForm(forms.Form):
    arms = forms.ModelMultipleChoiceField(
        label=_("Cohorts that begin one after the other"),
        help_text=_("Everybody who takes part in one of them is drawn."),
        queryset=Cohort.objects.none(),
        to_field_name="public_id",
        widget=forms.CheckboxSelectMultiple,
    )
    by = forms.ChoiceField(
        label=_("Drawn"),
        choices=[(value, capfirst(words)) for value, words in Lot.By.choices],
        initial=Lot.By.PERSON,
        widget=forms.RadioSelect,
    )
    strata = forms.MultipleChoiceField(
        label=_("Balanced within"),
        help_text=_("As at enrollment. Whole units are drawn without it."),
        choices=[("unit", _("Unit")), ("role", _("Profession"))],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, cohorts: QuerySet[Cohort], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["arms"].queryset = cohorts  # type: ignore[attr-defined]
