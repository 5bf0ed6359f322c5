"""A field for an IANA zone: the likely ones first, then one name for each place, by region."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
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
def place_zones() -> frozenset[str]:
    """Return UTC and the zones of zone.tab of the IANA database: one for each place of a country.

    Older names of a zone (Asia/Calcutta) stay valid where they are stored, but nobody is offered one.
    """
    lines = files("tzdata.zoneinfo").joinpath("zone.tab").read_text(encoding="utf-8").splitlines()
    return frozenset(line.split("\t")[2] for line in lines if line[:1] not in {"", "#"}) | {"UTC"}


@lru_cache(maxsize=1)
def older_names() -> frozenset[str]:
    return frozenset(
        zone for zone in available_timezones() - place_zones() if zone.partition("/")[0] in _REGIONS
    )


@lru_cache(maxsize=1)
def zone_choices() -> list[tuple[Any, list[tuple[str, str]]]]:
    """Return groups of choices: the common zones, then each region in alphabetical order."""
    groups: list[tuple[Any, list[tuple[str, str]]]] = [
        (_("Common"), [(zone, zone_words(zone)) for zone in _COMMON])
    ]
    zones = sorted(place_zones() - set(_COMMON))
    for region in _REGIONS:
        named = [(zone, zone_words(zone)) for zone in zones if zone.startswith(f"{region}/")]
        groups.append((region, named))
    return groups


class ZoneSelect(forms.Select):
    """A select that also shows what is stored, should it be an older name of a zone."""

    def optgroups(
        self, name: str, value: list[str], attrs: dict[str, Any] | None = None
    ) -> list[tuple[str | None, list[dict[str, Any]], int | None]]:
        offered = super().optgroups(name, value, attrs)
        older = sorted(older_names() & {*value})
        last = len(offered)
        return offered + [
            (None, [self.create_option(name, zone, zone_words(zone), True, last + at)], last + at)
            for at, zone in enumerate(older)
        ]


class TimeZoneField(forms.ChoiceField):
    widget = ZoneSelect

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Time zone"))
        super().__init__(choices=zone_choices, **kwargs)

    def valid_value(self, value: str) -> bool:
        return super().valid_value(value) or value in older_names()
