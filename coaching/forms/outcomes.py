"""What became of a session, as its clinician or the practice's owner says it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coaching.forms.bookings import BookingMarkForm
from core.forms import Audience, AudienceForm


class SessionOutcomeForm(AudienceForm):
    """The clinician's own word. "Called to a patient" can be said for two days."""

    audience = {"state": Audience.ME_AND_COACH, "rev": Audience.ONLY_ME}

    state = forms.ChoiceField(
        label=_("How did it go?"),
        widget=forms.RadioSelect,
        choices=[
            ("attended", _("It took place")),
            ("no_show", _("We missed each other")),
            ("clinical_duty", _("I was called to a patient")),
        ],
        error_messages={"required": _("Choose one.")},
    )
    rev = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, duty_open: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not duty_open:
            field = self.fields["state"]
            field.choices = field.choices[:2]  # type: ignore[attr-defined]


class DisputeForm(BookingMarkForm):
    """The owner's decision."""
