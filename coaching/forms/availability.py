"""A coach's weekly hours, as they are typed: any number of windows a day."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.forms.time_zones import place_zones
from coaching.engine.hours import Rule
from coaching.models import AvailabilityRule
from coaching.models.availability import WEEKDAYS, window_words
from core.forms import Audience, AudienceForm, DayField

MOST_WINDOWS = 8  # of a day
EDGES = ("start", "end", "first", "last")
_NAME = re.compile(r"(start|end|first|last)_([0-6])_(\d{1,2})")
_ACTION = re.compile(r"(?:(add)-([0-6])|(remove|dates)-([0-6])-(\d{1,2}))")

Row = dict[str, str]  # edge -> what was typed
Rows = list[list[Row]]  # by weekday


class ZoneSelect(forms.Select):
    """Several hundred zones, in as few bytes as they need."""

    option_template_name = "coaching/_zone_option.html"


def zone_choices(*more: str) -> list[tuple[str, str]]:
    """Return one zone for each place, and `more` as far as they are zones."""
    return [(name, name) for name in sorted(place_zones() | available_timezones() & {*more})]


def wall_window(start: time, end: time) -> tuple[int, int]:
    """Return wall minutes; an end before the start lies on the next day, as does 00:00."""
    first, last = (value.hour * 60 + value.minute for value in (start, end))
    return first, last if last > first else last + 1440


def is_empty_window(start: time | None, end: time | None) -> bool:
    """Whether a window has no length: "09:00 until 09:00" is a slip, not a whole day."""
    return start is not None and start == end and start != time(0)


def no_length() -> ValidationError:
    """Return the error of an empty window."""
    return ValidationError(_("The end must come after the start."), code="ends_before_start")


def typed_rows(data: Mapping[str, Any]) -> Rows:
    """Return what a form sent, row by row, however little sense it makes."""
    rows: list[dict[int, Row]] = [{} for _day in WEEKDAYS]
    for name in data:
        if match := _NAME.fullmatch(name):
            edge, weekday, number = match[1], int(match[2]), int(match[3])
            if number < MOST_WINDOWS:
                rows[weekday].setdefault(number, {})[edge] = str(data[name])
    return [[day[number] for number in sorted(day)] for day in rows]


def stored_rows(rules: list[AvailabilityRule]) -> Rows:
    """Return the stored windows as they would be typed."""
    rows: Rows = [[] for _day in WEEKDAYS]
    for rule in rules:
        row = {"start": _clock(rule.start_min), "end": _clock(rule.end_min)}
        if rule.valid_from:
            row["first"] = rule.valid_from.isoformat()
        if rule.valid_to:
            row["last"] = rule.valid_to.isoformat()
        rows[rule.weekday].append(row)
    return rows


def form_data(rows: Rows, zone: str) -> dict[str, str]:
    """Return rows as a form would send them, numbered without gaps."""
    return {"zone": zone} | {
        f"{edge}_{weekday}_{number}": row.get(edge, "")
        for weekday, day in enumerate(rows)
        for number, row in enumerate(day)
        for edge in _edges(row)
    }


def _edges(row: Row) -> tuple[str, ...]:
    return EDGES if "first" in row or "last" in row else EDGES[:2]


def _clock(minutes: int) -> str:
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def change_rows(rows: Rows, action: str) -> int | None:
    """Add, remove or date a row as a button of the form asks; return the weekday it was about.

    Anything else changes nothing and returns None.
    """
    match = _ACTION.fullmatch(action)
    if match is None:
        return None
    weekday = int(match[2] or match[4])
    day, number = rows[weekday], int(match[5] or 0)
    if match[1]:
        if len(day) < MOST_WINDOWS:
            day.append({})
    elif number < len(day) and match[3] == "remove":
        del day[number]
    elif number < len(day):
        day[number].setdefault("first", "")
    return weekday


def copy_rows(rows: Rows, source: str, targets: list[str]) -> None:
    """Give the days of `targets` the windows of `source`; what names no day is passed over."""
    known = {str(weekday): weekday for weekday, _day in WEEKDAYS}
    if source in known:
        for weekday in {known[name] for name in targets if name in known} - {known[source]}:
            rows[weekday] = [dict(row) for row in rows[known[source]]]


@dataclass(frozen=True)
class HoursRow:
    """One window on the page."""

    number: int
    fields: list[BoundField]  # start and end; with first and last day where it is dated
    is_new: bool  # just added: it takes the focus
    words: str  # "22:00 until 06:00 the next day"; "" where nothing needs saying

    @property
    def times(self) -> list[BoundField]:
        return self.fields[:2]

    @property
    def dates(self) -> list[BoundField]:
        return self.fields[2:]

    @property
    def errors(self) -> list[BoundField]:
        return [field for field in self.fields if field.errors]


@dataclass(frozen=True)
class HoursDay:
    weekday: int
    name: str
    rows: list[HoursRow]
    has_room: bool
    has_focus: bool  # a button of this day was pressed, and no new row takes the focus


class AvailabilityForm(AudienceForm):
    """A week of windows. One that ends before it starts runs past midnight.

    Unbound it shows `rows`, bound it checks them; either way nothing typed is lost.
    """

    zone = forms.ChoiceField(
        label=_("Time zone of these hours"), choices=zone_choices, widget=ZoneSelect
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        rows: Rows,
        zone: str,
        new_in: int | None = None,
        focus_in: int | None = None,
        **kwargs: Any,
    ) -> None:
        names = [
            (edge, weekday, number)
            for weekday, day in enumerate(rows)
            for number, row in enumerate(day)
            for edge in _edges(row)
        ]
        self.audience = {"zone": Audience.PRACTICE} | {
            f"{edge}_{weekday}_{number}": Audience.PRACTICE for edge, weekday, number in names
        }
        super().__init__(data, initial=form_data(rows, zone), **kwargs)
        self.fields["zone"].choices = zone_choices(zone)  # type: ignore[attr-defined]
        self.rows = rows
        self.new_in, self.focus_in = new_in, focus_in
        for edge, weekday, number in names:
            self.fields[f"{edge}_{weekday}_{number}"] = _edge_field(edge, weekday)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for weekday, day in enumerate(self.rows):
            for number in range(len(day)):
                self._check(weekday, number, cleaned)
        return cleaned

    def _check(self, weekday: int, number: int, cleaned: Mapping[str, Any]) -> None:
        names = {edge: f"{edge}_{weekday}_{number}" for edge in EDGES}
        start, end, first, last = (cleaned.get(name) for name in names.values())
        for edge, value in (("start", start), ("end", end)):
            others = [start, end, first, last]
            if value is None and any(others) and names[edge] not in self.errors:
                missing = ValidationError(_("Give both times, or neither."), code="half_window")
                self.add_error(names[edge], missing)
        if is_empty_window(start, end):
            self.add_error(names["end"], no_length())
        if first and last and last < first:
            words = _("The last day must not lie before the first.")
            self.add_error(names["last"], ValidationError(words, code="ends_before_start"))

    def hours(self) -> list[Rule]:
        """Return the windows that make sense, in wall minutes; past midnight is more than 1440."""
        found = []
        for weekday, day in enumerate(self.rows):
            for number in range(len(day)):
                start, end, first, last = (
                    self.cleaned_data.get(f"{edge}_{weekday}_{number}") for edge in EDGES
                )
                if start is not None and end is not None:
                    found.append(Rule(weekday, *wall_window(start, end), first, last))
        return found

    def days(self) -> Iterator[HoursDay]:
        """Yield each weekday with its windows, for the page."""
        for weekday, day in WEEKDAYS:
            rows = self.rows[weekday]
            yield HoursDay(
                weekday,
                str(day),
                [self._row(weekday, number) for number in range(len(rows))],
                len(rows) < MOST_WINDOWS,
                weekday == self.focus_in,
            )

    def _row(self, weekday: int, number: int) -> HoursRow:
        typed = self.rows[weekday][number]
        fields = [self[f"{edge}_{weekday}_{number}"] for edge in _edges(typed)]
        for field in fields:  # one line says who reads the hours, for all of them
            error = f" {field.auto_id}_error" if field.errors else ""
            field.field.widget.attrs["aria-describedby"] = f"hours-audience{error}"
        is_last = number == len(self.rows[weekday]) - 1
        is_new = weekday == self.new_in and is_last
        if is_new:
            fields[0].field.widget.attrs["autofocus"] = True
        return HoursRow(number, fields, is_new, _words(typed))

    @property
    def hours_audience(self) -> str:
        """Who reads the hours, in words."""
        return self["zone"].audience_label  # type: ignore[attr-defined, no-any-return]


def _edge_field(edge: str, weekday: int) -> forms.Field:
    day = WEEKDAYS[weekday][1]
    if edge in ("start", "end"):
        label = _("from") if edge == "start" else _("until")
        return forms.TimeField(
            required=False,
            label=format_lazy("{day} {edge}", day=day, edge=label),
            widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        )
    label = _("first day") if edge == "first" else _("last day")
    return DayField(
        required=False,
        label=format_lazy("{day} {edge}", day=day, edge=label),
    )


def _words(row: Row) -> str:
    """Say plainly where a window runs to midnight or past it."""
    try:
        start, end = (time.fromisoformat(row.get(edge, "")) for edge in ("start", "end"))
    except ValueError:
        return ""
    if is_empty_window(start, end) or end > start:
        return ""
    return window_words(*wall_window(start, end))
