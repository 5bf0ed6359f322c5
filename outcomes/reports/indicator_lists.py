"""The series an organization has, and the list of all indicators with what contracts chose."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Min
from django.utils.translation import gettext as _

from outcomes.engine.indicator_catalog import CATALOG, MEAN, RATE, Indicator, level_words
from outcomes.models import IndicatorChoice, IndicatorPoint

if TYPE_CHECKING:
    from fractions import Fraction

    from accounts.models import Organization, Unit, User


@dataclass(frozen=True)
class SeriesLine:
    """A series on the page of all: what it is and how far it reaches."""

    indicator: Indicator
    unit: Unit | None
    count: int
    first: date
    last: date
    latest: str


@dataclass(frozen=True)
class CatalogLine:
    indicator: Indicator
    level: str
    choices: tuple[str, ...]


def series_lines(organization: Organization) -> list[SeriesLine]:
    """Every series of the organization, those of the whole first, in the order of the list."""
    found: dict[tuple[str, int | None], list[IndicatorPoint]] = defaultdict(list)
    points = IndicatorPoint.objects.filter(organization=organization).in_force()
    for point in points.select_related("unit").order_by("period_start"):
        found[point.indicator, point.unit_id].append(point)
    order = list(CATALOG)
    lines = [
        SeriesLine(
            CATALOG[key],
            series[-1].unit,
            len(series),
            series[0].period_start,
            series[-1].period_end,
            figure_words(CATALOG[key], series[-1].as_figure().value),
        )
        for (key, _unit), series in found.items()
    ]
    return sorted(
        lines,
        key=lambda line: (order.index(line.indicator.key), line.unit.name if line.unit else ""),
    )


def catalog_lines(organization: Organization) -> list[CatalogLine]:
    """The whole list, with who chose what when."""
    choices = choice_words(organization)
    return [
        CatalogLine(indicator, level_words(indicator), choices.get(key, ()))
        for key, indicator in CATALOG.items()
    ]


def choice_words(organization: Organization) -> dict[str, tuple[str, ...]]:
    """Indicator -> words on each contract's choice: before or after its first cohort started."""
    found: dict[str, list[str]] = defaultdict(list)
    rows = (
        IndicatorChoice.objects.filter(engagement__organization=organization)
        .annotate(first_start=Min("engagement__cohorts__starts_on"))
        .values_list("indicator", "engagement__title", "chosen_on", "first_start")
    )
    for key, contract, chosen_on, first_start in rows:
        words = (
            _("Chosen for %(contract)s on %(day)s, after its first cohort had started.")
            if first_start and first_start <= chosen_on
            else _("Chosen for %(contract)s on %(day)s, before its first cohort.")
        )
        found[key].append(words % {"contract": contract, "day": f"{chosen_on:%-d %b %Y}"})
    return {key: tuple(words) for key, words in found.items()}


def figure_words(indicator: Indicator, value: Fraction) -> str:
    """A figure as pages print it, with its unit where that is not said by the axis."""
    words = f"{float(value):.{2 if indicator.kind == RATE else 1}f}"
    return words if indicator.kind in (MEAN, RATE) else f"{words}%"


def indicator_panel(organization: Organization, user: User) -> tuple[str, dict[str, Any]]:
    """The way to the figures from the page of an organization; asks the database nothing."""
    return "outcomes/_indicator_panel.html", {}
