"""What differs on some dates: exceptions, leave, travel, public holidays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coaching.engine.public_holidays import countries, subdivisions
from coaching.forms.availability import (
    ZoneSelect,
    is_empty_window,
    no_length,
    wall_window,
    zone_choices,
)
from coaching.models import AvailabilityOverride
from core.forms import Audience, AudienceForm, DayField


def _dates_in_order(form: forms.Form, cleaned: Mapping[str, Any], today: date) -> None:
    """Refuse days that end before they begin, or are over."""
    first, last = cleaned.get("first"), cleaned.get("last")
    if first and last and last < first:
        words = _("The last day must not lie before the first.")
        form.add_error("last", ValidationError(words, code="ends_before_start"))
    elif last and last < today:
        form.add_error("last", ValidationError(_("Those days are over."), code="past"))


def _day(label: Any) -> DayField:
    return DayField(
        label=label,
    )


def _time(label: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )


class AvailabilityOverrideForm(AudienceForm):
    """What differs on one date."""

    audience = dict.fromkeys(("day", "kind", "start", "end"), Audience.PRACTICE)

    day = _day(_("Date"))
    kind = forms.ChoiceField(
        label=_("What differs"),
        choices=[("closed", _("closed")), *AvailabilityOverride.Kind.choices],
    )
    start = _time(_("From"))
    end = _time(_("Until"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("kind") == "closed":
            return cleaned
        start, end = cleaned.get("start"), cleaned.get("end")
        for name, value in (("start", start), ("end", end)):
            if value is None and name not in self.errors:
                self.add_error(name, ValidationError(_("Give both times."), code="half_window"))
        if is_empty_window(start, end):
            self.add_error("end", no_length())
        return cleaned

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day < timezone.localdate():
            raise ValidationError(_("That day is over."), code="past")
        return day

    def override(self) -> dict[str, Any]:
        """Return the arguments of `add_override`."""
        data = self.cleaned_data
        if data["kind"] == "closed":
            return {"day": data["day"], "kind": AvailabilityOverride.Kind.REPLACE}
        start_min, end_min = wall_window(data["start"], data["end"])
        return {
            "day": data["day"],
            "kind": data["kind"],
            "start_min": start_min,
            "end_min": end_min,
        }


class LeaveForm(AudienceForm):
    """Days without hours."""

    audience = dict.fromkeys(("first", "last"), Audience.PRACTICE)

    first = _day(_("First day"))
    last = _day(_("Last day"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        _dates_in_order(self, cleaned, timezone.localdate())
        return cleaned


class TravelForm(AudienceForm):
    """Days on another clock."""

    audience = dict.fromkeys(("first", "last", "zone"), Audience.ONLY_ME)

    first = _day(_("First day there"))
    last = _day(_("Last day there"))
    zone = forms.ChoiceField(label=_("Time zone there"), choices=zone_choices, widget=ZoneSelect)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        _dates_in_order(self, cleaned, timezone.localdate())
        return cleaned


class HolidayRegionForm(AudienceForm):
    """Whose public holidays are proposed: a country, then a part of it where there are any."""

    audience = dict.fromkeys(("country", "part"), Audience.PRACTICE)

    country = forms.ChoiceField(
        label=_("Country"), required=False, choices=lambda: [("", _("none")), *countries()]
    )
    part = forms.ChoiceField(label=_("Part of the country"), required=False)

    def __init__(self, *args: Any, region: str, **kwargs: Any) -> None:
        country = region.partition("-")[0]
        initial = {"country": country, "part": region if region != country else ""}
        super().__init__(*args, initial=initial, **kwargs)
        chosen = country
        if self.is_bound:
            chosen = self.data.get("country", "")
            if not self.data.get("part", "").startswith(f"{chosen}-"):  # of the country before
                self.data = {"country": chosen, "part": ""}
        self.parts = subdivisions(chosen) if len(chosen) == 2 else ()
        self.fields["part"].choices = [("", _("the whole country")), *self.parts]  # type: ignore[attr-defined]
        if not self.parts:
            self.fields["part"].widget = forms.HiddenInput()

    def region(self) -> str:
        """Return what `set_region` takes."""
        return self.cleaned_data["part"] or self.cleaned_data["country"]
