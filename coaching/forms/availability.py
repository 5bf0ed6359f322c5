"""A coach's weekly hours and dated exceptions, as they are typed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from coaching.engine.hours import Rule
from coaching.models import AvailabilityOverride, AvailabilitySchedule
from coaching.models.availability import WEEKDAYS
from core.forms import Audience, AudienceForm

WINDOWS_A_DAY = 2


def _minutes(value: time) -> int:
    return value.hour * 60 + value.minute


def _window(start: time, end: time) -> tuple[int, int]:
    """Return wall minutes; an end before the start lies on the next day, as does 00:00."""
    first, last = _minutes(start), _minutes(end)
    return first, last if last > first else last + 1440


def _is_empty(start: time | None, end: time | None) -> bool:
    """Whether a window has no length: "09:00 until 09:00" is a slip, not a whole day."""
    return start is not None and start == end and start != time(0)


def _clock(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)


def _no_length() -> ValidationError:
    return ValidationError(_("The end must come after the start."), code="ends_before_start")


def _window_fields() -> dict[str, forms.TimeField]:
    """Make the fields of the week: start and end of each window of each day."""
    return {
        f"{edge}_{weekday}_{window}": forms.TimeField(
            required=False,
            label=format_lazy("{day} {edge}", day=day, edge=label),
            widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        )
        for weekday, day in WEEKDAYS
        for window in range(WINDOWS_A_DAY)
        for edge, label in (("start", _("from")), ("end", _("until")))
    }


class AvailabilityForm(AudienceForm):
    """Seven days with two windows each. A window that ends before it starts runs past midnight."""

    audience = {"zone": Audience.PRACTICE} | {
        f"{edge}_{weekday}_{window}": Audience.PRACTICE
        for weekday in range(7)
        for window in range(WINDOWS_A_DAY)
        for edge in ("start", "end")
    }

    zone = forms.ChoiceField(
        label=_("Time zone of these hours"),
        choices=lambda: [(name, name.replace("_", " ")) for name in sorted(available_timezones())],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update(_window_fields())

    @staticmethod
    def initial_of(schedule: AvailabilitySchedule | None, zone: str) -> dict[str, Any]:
        """Return the fields' values for what is stored now."""
        values: dict[str, Any] = {"zone": schedule.zone if schedule else zone}
        if schedule is None:
            return values
        seen: dict[int, int] = {}
        for rule in schedule.rules.all():
            window = seen.get(rule.weekday, 0)
            seen[rule.weekday] = window + 1
            values[f"start_{rule.weekday}_{window}"] = _clock(rule.start_min)
            values[f"end_{rule.weekday}_{window}"] = _clock(rule.end_min)
        return values

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for weekday, _day in WEEKDAYS:
            for window in range(WINDOWS_A_DAY):
                start, end = (
                    cleaned.get(f"{edge}_{weekday}_{window}") for edge in ("start", "end")
                )
                if (start is None) != (end is None):
                    missing = "end" if end is None else "start"
                    self.add_error(
                        f"{missing}_{weekday}_{window}",
                        ValidationError(_("Give both times, or neither."), code="half_window"),
                    )
                elif _is_empty(start, end):
                    self.add_error(f"end_{weekday}_{window}", _no_length())
        return cleaned

    def hours(self) -> list[Rule]:
        """Return the windows typed, in wall minutes; past midnight means more than 1440."""
        found = []
        for weekday, _day in WEEKDAYS:
            for window in range(WINDOWS_A_DAY):
                start = self.cleaned_data.get(f"start_{weekday}_{window}")
                end = self.cleaned_data.get(f"end_{weekday}_{window}")
                if start is None or end is None:
                    continue
                found.append(Rule(weekday, *_window(start, end)))
        return found

    def days(self) -> Iterator[tuple[str, list[tuple[BoundField, BoundField]]]]:
        """Yield each weekday with its windows, for the page."""
        for weekday, day in WEEKDAYS:
            yield (
                str(day),
                [
                    (self[f"start_{weekday}_{window}"], self[f"end_{weekday}_{window}"])
                    for window in range(WINDOWS_A_DAY)
                ],
            )


class AvailabilityOverrideForm(AudienceForm):
    """What differs on one date."""

    audience = dict.fromkeys(("day", "kind", "start", "end"), Audience.PRACTICE)

    day = forms.DateField(label=_("Date"), widget=forms.DateInput(attrs={"type": "date"}))
    kind = forms.ChoiceField(
        label=_("What differs"),
        choices=[("closed", _("closed")), *AvailabilityOverride.Kind.choices],
    )
    start = forms.TimeField(
        label=_("From"), required=False, widget=forms.TimeInput(attrs={"type": "time"})
    )
    end = forms.TimeField(
        label=_("Until"), required=False, widget=forms.TimeInput(attrs={"type": "time"})
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("kind") == "closed":
            return cleaned
        start, end = cleaned.get("start"), cleaned.get("end")
        for name, value in (("start", start), ("end", end)):
            if value is None and name not in self.errors:
                self.add_error(name, ValidationError(_("Give both times."), code="half_window"))
        if _is_empty(start, end):
            self.add_error("end", _no_length())
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
        start_min, end_min = _window(data["start"], data["end"])
        return {
            "day": data["day"],
            "kind": data["kind"],
            "start_min": start_min,
            "end_min": end_min,
        }
