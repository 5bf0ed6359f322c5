"""A person's own scores over the rounds, in plain words. For that person alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from outcomes.engine.disclosure import one_decimal
from outcomes.models import Score

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from outcomes.engine.instruments import Subscale


@dataclass(frozen=True)
class OwnValue:
    at: datetime
    value: float | None

    @property
    def words(self) -> str:
        # number_format alone would cut digits off.
        return "–" if self.value is None else number_format(one_decimal(self.value), 1)


@dataclass(frozen=True)
class Reading:
    """A value as it is shown: in words, and where it lies on its scale, 0 to 100."""

    at: datetime
    words: str
    place: float | None
    is_last: bool


@dataclass(frozen=True)
class OwnLine:
    """One scale of the person, oldest value first."""

    title: str
    purpose: str
    subscale: Subscale
    values: tuple[OwnValue, ...]

    @property
    def range_words(self) -> str:
        low, high = self.ends
        if self.subscale.direction == "up":
            return _("%(low)s to %(high)s; higher is more") % {"low": low, "high": high}
        return _("%(low)s to %(high)s; lower is better") % {"low": low, "high": high}

    @property
    def ends(self) -> tuple[str, str]:
        return f"{self.subscale.low:g}", f"{self.subscale.high:g}"

    @property
    def readings(self) -> list[Reading]:
        """Oldest first. Sums of whole answers are shown whole."""
        low, wide = self.subscale.low, self.subscale.high - self.subscale.low
        values = [one.value for one in self.values if one.value is not None]
        is_sum = self.subscale.method == "sum" or len(self.subscale.items) == 1
        is_whole = is_sum and all(value == round(value) for value in values)
        return [
            Reading(
                one.at,
                f"{one.value:.0f}" if is_whole and one.value is not None else one.words,
                None if one.value is None else round(100 * (one.value - low) / wide, 1),
                one is self.values[-1],
            )
            for one in self.values
        ]

    @property
    def sentence(self) -> str:
        """Compare the last two values; never praise, never blame."""
        known = [value for value in self.values if value.value is not None]
        if len(known) < 2:
            return _("One reading so far. It stands here for you to compare with later ones.")
        before, last = known[-2], known[-1]
        day = date_format(before.at, "j M Y")
        if round(before.value or 0, 1) == round(last.value or 0, 1):
            return _("The same as on %(day)s.") % {"day": day}
        if (last.value or 0) > (before.value or 0):
            return _("Higher than on %(day)s. One reading says little.") % {"day": day}
        return _("Lower than on %(day)s. One reading says little.") % {"day": day}


def own_scores(*, user: User) -> list[OwnLine]:
    """Return the viewer's lines, one for each reported scale that they have a score of. One query."""
    rows = (
        Score.objects.owned_by(user)
        .filter(response__submitted_at__isnull=False)
        .select_related("instrument", "response__wave")
        .order_by("response__submitted_at", "pk")
    )
    lines: dict[tuple[str, str], tuple[str, str, Subscale, list[OwnValue]]] = {}
    for row in rows:
        definition = row.instrument.parsed
        subscale = definition.subscale(row.subscale)
        if not subscale.is_reported:
            continue
        key = (row.instrument.key, row.subscale)
        line = lines.setdefault(
            key, (definition.name_of(subscale), definition.purpose, subscale, [])
        )
        line[3].append(OwnValue(row.response.submitted_at or row.response.started_at, row.value))
    return [
        OwnLine(title, purpose, subscale, tuple(values))
        for title, purpose, subscale, values in lines.values()
    ]
