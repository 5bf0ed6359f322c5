"""Forms with which a session is booked, moved or given up. They write nothing and query nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from coaching.services.slots import OpenDay, OpenSlot
from core.forms import Audience, AudienceForm

_YEARS = (1970, 9000)  # at the ends of the calendar a time has no date in some zone


class SlotForm(AudienceForm):
    """Open slots as radio buttons.

    Whether a slot is still free is the service's question: a repeated request must find its first
    booking, not an error. So any well-formed key is valid here.
    """

    audience = {"slot": Audience.ME_AND_COACH, "idem_key": Audience.ONLY_ME}

    slot = forms.CharField(label=_("Time"), error_messages={"required": _("Choose a time.")})
    idem_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, *args: Any, days: Sequence[OpenDay] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer([(slot.key, slot.starts_at) for day in days for slot in day.slots])

    def offer(self, choices: Sequence[Any]) -> None:
        """Draw these times, as `slot_choices` gave them; <c-slot-picker> words them."""
        self.fields["slot"].widget = forms.RadioSelect(choices=choices)

    def clean_slot(self) -> Any:
        """Return the coach's public id and the aware start."""
        try:
            coach_id, start = OpenSlot.parse(self.cleaned_data["slot"])
        except ValueError as error:
            raise ValidationError(_("Choose one of the times."), code="invalid") from error
        if not _YEARS[0] <= start.year <= _YEARS[1]:
            raise ValidationError(_("Choose one of the times."), code="invalid")
        return coach_id, start


class SessionBookForm(SlotForm):
    """Book a first place."""


class BookingMoveForm(SlotForm):
    """Move a booking. `rev` is the state the person saw; `on_duty` allows it inside the notice."""

    audience = SlotForm.audience | {"rev": Audience.ONLY_ME, "on_duty": Audience.ME_AND_COACH}

    rev = forms.IntegerField(widget=forms.HiddenInput)
    on_duty = forms.BooleanField(label=_("I was called to a patient"), required=False)


class BookingCancelForm(AudienceForm):
    audience = {
        "rev": Audience.ONLY_ME,
        "on_duty": Audience.ME_AND_COACH,
        "following": Audience.ME_AND_COACH,
    }

    rev = forms.IntegerField(widget=forms.HiddenInput)
    on_duty = forms.BooleanField(label=_("I was called to a patient"), required=False)
    following = forms.BooleanField(
        label=_("Cancel the later sessions of this series too"), required=False
    )


class BookingAnswerForm(AudienceForm):
    """A coach's answer to who asked for a session."""

    audience = {"answer": Audience.PRACTICE, "rev": Audience.ONLY_ME}

    answer = forms.ChoiceField(choices=[("accept", _("Accept")), ("decline", _("Decline"))])
    rev = forms.IntegerField(widget=forms.HiddenInput)


class BookingMarkForm(AudienceForm):
    """How a session went, said by its coach."""

    audience = {"state": Audience.PRACTICE, "rev": Audience.ONLY_ME}

    state = forms.ChoiceField(
        label=_("How it went"),
        widget=forms.RadioSelect,
        choices=[
            ("attended", _("Took place")),
            ("no_show", _("Did not come")),
            ("late_cancel", _("Canceled late")),
            ("clinical_duty", _("Called to a patient")),
            ("coach_cancel", _("I canceled")),
        ],
    )
    rev = forms.IntegerField(widget=forms.HiddenInput)
