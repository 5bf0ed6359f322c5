"""Importing a roster."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Audience, AudienceForm
from programs.engine.roster_columns import FIELDS
from programs.models import Roster
from programs.reports.roster_check import FIELD_LABELS


class RosterUploadForm(AudienceForm):
    audience = {"file": Audience.PRACTICE}

    file = forms.FileField(
        label=_("Roster file"),
        help_text=_(
            "CSV or Excel (.xlsx), up to 2 MB and 10,000 people. Any column names will do."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
        allow_empty_file=True,  # the service says what an empty file is
    )


class RosterMapForm(AudienceForm):
    """Which column is what: one choice for each of our fields."""

    audience = dict.fromkeys(FIELDS, Audience.PRACTICE)

    def __init__(self, *args: Any, roster: Roster, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.audience = RosterMapForm.audience
        example = roster.rows[0][1] if roster.rows else []
        choices: list[tuple[str, Any]] = [("", _("not in this file"))]
        for place, heading in enumerate(roster.header):
            sample = example[place] if place < len(example) else ""
            label = f"{heading} ({sample[:40]})" if sample else heading
            choices.append((str(place), label))
        for name in FIELDS:
            self.fields[name] = forms.TypedChoiceField(
                label=FIELD_LABELS[name],
                choices=choices,
                coerce=int,
                empty_value=None,
                required=name == "email",
                initial=roster.column_map.get(name, ""),
            )

    def column_map(self) -> dict[str, int]:
        return {name: place for name, place in self.cleaned_data.items() if place is not None}
