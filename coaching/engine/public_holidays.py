"""Public holidays of a region, by the `holidays` library. It is large: each country loads when asked."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

Choice = tuple[str, str]


@lru_cache(maxsize=1)
def countries() -> tuple[Choice, ...]:
    """Return the country codes with their English names, by name."""
    from holidays.registry import COUNTRIES  # noqa: PLC0415  # 20 MB, seldom needed

    named = ((codes[1], key.replace("_", " ").title()) for key, codes in COUNTRIES.items())
    return tuple(sorted(named, key=lambda choice: choice[1]))


@lru_cache(maxsize=64)
def subdivisions(country: str) -> tuple[Choice, ...]:
    """Return the regions of a country ("US-IL", "Illinois"), by name; none of an unknown country."""
    import holidays  # noqa: PLC0415  # 20 MB, seldom needed

    codes = holidays.list_supported_countries(include_aliases=False).get(country)
    if not codes:
        return ()
    names: dict[str, str] = {}
    for name, code in getattr(holidays, country).subdivisions_aliases.items():
        names.setdefault(code, name)
    regions = [(f"{country}-{code}", names.get(code, code)) for code in codes]
    return tuple(sorted(regions, key=lambda choice: choice[1]))


def is_region(region: str) -> bool:
    """Whether it is a country ("GB") or a region of one ("GB-ENG")."""
    country = region.partition("-")[0]
    if country not in dict(countries()):
        return False
    return region == country or region in dict(subdivisions(country))


def holidays_between(region: str, first: date, last: date) -> list[tuple[date, str]]:
    """Return the dates, first to last included, with their names, in English where there are any.

    Raises:
        ValueError: there is no such region.
    """
    import holidays  # noqa: PLC0415  # 20 MB, seldom needed

    if not is_region(region):
        raise ValueError(region)
    country, _, subdivision = region.partition("-")
    kind = getattr(holidays, country)
    spoken = kind.default_language or ""
    is_translated = not spoken.startswith("en") and "en_US" in kind.supported_languages
    calendar = kind(
        subdiv=subdivision or None,
        years=range(first.year, last.year + 1),
        language="en_US" if is_translated else None,
    )
    return sorted((day, name) for day, name in calendar.items() if first <= day <= last)
