"""What patients said, added up per link, after its last day. Links are never added to each other:
a sum would give a small unit away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from outcomes.engine.patient_ratings import (
    LEAST_FORMS,
    LEAST_OWN_FORMS,
    RatingSummary,
    summarize,
)
from outcomes.models import PatientRating

if TYPE_CHECKING:
    from datetime import date, datetime

    from accounts.models import Organization
    from outcomes.engine.instruments import Subscale
    from outcomes.models import RatingLink


def today_at(organization: Organization, now: datetime) -> date:
    return now.astimezone(ZoneInfo(organization.time_zone)).date()


@dataclass(frozen=True)
class RatingLine:
    """A link and what may be said of its forms. `state`: coming, open, over."""

    link: RatingLink
    state: str
    least: int
    subscale: Subscale
    level: int
    summary: RatingSummary | None


def rating_lines(links: Iterable[RatingLink], *, now: datetime) -> list[RatingLine]:
    """One line per link, with two queries at any number of links."""
    listed = list(links)
    values: dict[int, list[float | None]] = defaultdict(list)
    rows = PatientRating.objects.filter(link__in=listed).values_list("link", "value")
    for link, value in rows:
        values[link].append(None if value is None else float(value))
    return [_line(link, values[link.pk], now) for link in listed]


def _line(link: RatingLink, values: list[float | None], now: datetime) -> RatingLine:
    day = today_at(link.organization, now)
    parsed = link.instrument.parsed
    subscale = parsed.subscales[0]
    least = LEAST_FORMS if link.owner_id is None else LEAST_OWN_FORMS
    is_over = link.is_over(day)
    # Only once, at the end: a figure that moved with each form would tell what that one said.
    summary = (
        summarize(values, least=least, scale=(subscale.low, subscale.high)) if is_over else None
    )
    state = "over" if is_over else "open" if link.is_open(day) else "coming"
    return RatingLine(link, state, least, subscale, parsed.level, summary)
