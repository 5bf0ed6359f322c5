"""How often a chosen time is to be repeated, and which of the dates to book."""

from __future__ import annotations

from typing import Any, cast
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from coaching.engine.series import LONGEST
from coaching.engine.wall_clock import from_epoch
from coaching.services.slots import OpenSlot
from core.forms import Audience, AudienceForm


class SeriesForm(AudienceForm):
    """The first time, the distance, the number; asked with GET, so nothing is written."""

    audience = {
        "slot": Audience.ME_AND_COACH,
        "every": Audience.ME_AND_COACH,
        "count": Audience.ME_AND_COACH,
    }

    slot = forms.CharField(widget=forms.HiddenInput)
    every = forms.TypedChoiceField(
        label=_("Repeat"),
        coerce=int,
        choices=[(1, _("every week")), (2, _("every two weeks")), (4, _("every four weeks"))],
    )
    count = forms.IntegerField(label=_("Number of sessions"), min_value=2, max_value=LONGEST)

    def clean_slot(self) -> Any:
        """Return the coach's public id and the aware start."""
        try:
            coach_id, start = OpenSlot.parse(self.cleaned_data["slot"])
        except ValueError as error:
            raise ValidationError(_("Choose one of the times."), code="invalid") from error
        if not 1970 <= start.year <= 9000:
            raise ValidationError(_("Choose one of the times."), code="invalid")
        return coach_id, start


class SeriesBookForm(AudienceForm):
    """The dates that were ticked."""

    audience = {
        "start": Audience.ME_AND_COACH,
        "mode": Audience.ME_AND_COACH,
        "idem_key": Audience.ONLY_ME,
    }

    start = forms.TypedMultipleChoiceField(
        label=_("Dates"),
        coerce=int,
        error_messages={"required": _("Choose at least one date.")},
    )
    mode = forms.ChoiceField(
        label=_("If one of them is taken meanwhile"),
        widget=forms.RadioSelect,
        choices=[
            ("best_effort", _("Book the others")),
            ("atomic", _("Book none, and show me")),
        ],
        initial="best_effort",
    )
    idem_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, *args: Any, offered: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The page draws its own boxes: each date beside what is known of it.
        field = cast(forms.TypedMultipleChoiceField, self.fields["start"])
        field.choices = [(at, str(at)) for at in offered]

    def clean_start(self) -> list[Any]:
        return [from_epoch(at) for at in sorted(set(self.cleaned_data["start"]))]
