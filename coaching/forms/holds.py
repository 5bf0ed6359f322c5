"""Forms with which a time is kept and confirmed."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from coaching.engine.wall_clock import from_epoch, resolve_wall
from coaching.forms.bookings import SlotForm
from core.forms import Audience, AudienceForm, DayField


class HoldForm(SlotForm):
    """One tapped time; a refusal draws others."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["idem_key"].required = False  # keeping the same time twice is harmless


class HoldConfirmForm(AudienceForm):
    audience = {"idem_key": Audience.ONLY_ME}

    idem_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class BookingForForm(SlotForm):
    """A time for somebody else: one of the free ones, or a time of one's own."""

    audience = SlotForm.audience | {
        "slot": Audience.PRACTICE,
        "day": Audience.PRACTICE,
        "time": Audience.PRACTICE,
        "override": Audience.PRACTICE,
    }

    day = DayField(
        label=_("Date"),
        required=False,
    )
    time = forms.TimeField(
        label=_("Time"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    override = forms.BooleanField(
        label=_("Set the coach's hours, notice and limits aside"),
        help_text=_("The history of the booking says so. A time that is taken stays taken."),
        required=False,
    )

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        self.fields["slot"].required = False
        self.fields["idem_key"].required = False

    def clean_slot(self) -> Any:
        return super().clean_slot() if self.cleaned_data["slot"] else None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if bool(data.get("day")) != bool(data.get("time")) and not self.errors:
            missing = "time" if data.get("day") else "day"
            self.add_error(missing, ValidationError(_("Give date and time."), code="required"))
        elif not data.get("day") and not data.get("slot") and not self.errors:
            self.add_error("slot", ValidationError(_("Choose a time."), code="required"))
        elif data.get("day") and not 1970 <= data["day"].year <= 9000:
            self.add_error("day", ValidationError(_("Give a real date."), code="invalid"))
        return data

    def chosen(self) -> tuple[UUID | None, datetime]:
        """Return the coach's public id, if a free time was chosen, and the aware start.

        A typed time counts before a tapped one: it was the greater effort.
        """
        day, time = self.cleaned_data["day"], self.cleaned_data["time"]
        if day is None:
            coach_id, start = self.cleaned_data["slot"]
            return coach_id, start
        minute = time.hour * 60 + time.minute
        return None, from_epoch(resolve_wall(day, minute, self.zone, "start"))
