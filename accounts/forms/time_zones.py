"""A field for an IANA zone: the likely ones first, then all, by region."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

_COMMON = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
    "America/Puerto_Rico",
    "America/Toronto",
    "Europe/London",
    "Europe/Berlin",
    "UTC",
)
_REGIONS = (
    "America",
    "Europe",
    "Africa",
    "Asia",
    "Australia",
    "Pacific",
    "Atlantic",
    "Indian",
    "Antarctica",
)


def zone_words(zone: str) -> str:
    """Return "New York (America)" for America/New_York."""
    region, _slash, place = zone.partition("/")
    return f"{place.replace('_', ' ').replace('/', ', ')} ({region})" if place else zone


@lru_cache(maxsize=1)
def zone_choices() -> list[tuple[Any, list[tuple[str, str]]]]:
    """Return groups of choices: the common zones, then each region in alphabetical order."""
    groups: list[tuple[Any, list[tuple[str, str]]]] = [
        (_("Common"), [(zone, zone_words(zone)) for zone in _COMMON])
    ]
    zones = sorted(available_timezones() - set(_COMMON))
    for region in _REGIONS:
        named = [(zone, zone_words(zone)) for zone in zones if zone.startswith(f"{region}/")]
        groups.append((region, named))
    return groups


class TimeZoneField(forms.ChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Time zone"))
        super().__init__(choices=zone_choices, **kwargs)
