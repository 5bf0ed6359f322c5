"""Which instruments may be asked where: permission or licence in force, and a whole wording."""

from __future__ import annotations

from typing import TYPE_CHECKING

from outcomes.engine.wordings import missing_texts
from outcomes.models import InstrumentGrant

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from accounts.models import Organization
    from outcomes.models import Instrument

FREE = ("G", "own")


def grants_in_force(
    *, instruments: Iterable[Instrument], organization: Organization, on: date
) -> dict[int, list[InstrumentGrant]]:
    """Instrument's key -> its grants, the organization's own before the practice's, newest first."""
    found: dict[int, list[InstrumentGrant]] = {}
    grants = InstrumentGrant.objects.filter(
        instrument__in=[one.pk for one in instruments]
    ).in_force(organization=organization, on=on)
    for grant in sorted(grants, key=lambda one: (one.organization_id is None, -one.pk)):
        found.setdefault(grant.instrument_id, []).append(grant)
    return found


def wording_of(instrument: Instrument, grants: Iterable[InstrumentGrant]) -> Mapping[str, str]:
    """The first whole wording that came with a grant; {} where the definition has its own."""
    if instrument.parsed.has_text:
        return {}
    return next(
        (one.texts for one in grants if not missing_texts(instrument.parsed, one.texts)), {}
    )


def lacks(instrument: Instrument, grants: Iterable[InstrumentGrant]) -> str:
    """Why it may not be asked: "licence", "text", or "" if nothing stands in the way."""
    given = list(grants)
    if instrument.parsed.licence_class not in FREE and not given:
        return "licence"
    if not instrument.parsed.has_text and not wording_of(instrument, given):
        return "text"
    return ""
