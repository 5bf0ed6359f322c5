"""Uploading figures, and choosing what a contract is looked at by."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Audience, AudienceForm
from outcomes.engine.indicator_catalog import CATALOG


class IndicatorUploadForm(AudienceForm):
    audience = {"file": Audience.ORGANIZATION}

    file = forms.FileField(
        label=_("CSV file"),
        help_text=_("Up to 2 MB and 5,000 rows, with the ten columns of the template."),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        allow_empty_file=True,  # the reader says what an empty file is
    )


class IndicatorChoiceForm(AudienceForm):
    audience = {"indicators": Audience.ORGANIZATION}

    indicators = forms.MultipleChoiceField(
        label=_("Indicators"),
        help_text=_("A choice keeps its date and cannot be taken back."),
        widget=forms.CheckboxSelectMultiple,
        choices=[(key, one.title) for key, one in CATALOG.items()],
    )

    def __init__(self, *args: Any, chosen: set[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["indicators"].choices = [  # type: ignore[attr-defined]
            (key, one.title) for key, one in CATALOG.items() if key not in chosen
        ]
