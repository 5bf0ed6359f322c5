"""All rounds of one released outcome, from one to the next and from the first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from outcomes.models import Wave
from outcomes.reports.points import signed

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class RoundRow:
    """The change from one round to another."""

    start: str
    end: str
    change: str
    interval: str


def _named(named: Mapping[str, str]) -> str:
    """A round by its label and the day it closed: two may bear one label."""
    label = dict(Wave.Label.choices)[named["label"]]
    day = date_format(date.fromisoformat(named["closed_on"]), "j M Y")
    return f"{label} ({day})"


def round_rows(outcome: Mapping[str, Any]) -> list[RoundRow]:
    """Return the changes between rounds; none where the release tells none."""
    found = outcome.get("rounds") or {"contrasts": []}
    return [
        RoundRow(
            _named(one["from"]),
            _named(one["to"]),
            signed(one["change"]),
            "–"
            if one["low"] is None
            else _("%(low)s to %(high)s")
            % {"low": signed(one["low"]), "high": signed(one["high"])},
        )
        for one in found["contrasts"]
    ]


def round_words(outcome: Mapping[str, Any]) -> str:
    found = outcome.get("rounds")
    if not found:
        return ""
    steps = "; ".join(
        _("%(from)s to %(to)s: %(change)s (%(interval)s)")
        % {"from": row.start, "to": row.end, "change": row.change, "interval": row.interval}
        for row in round_rows(outcome)
    )
    return _("All rounds, %(people)d people: %(steps)s (%(method)s; missing at random).") % {
        "people": found["people"],
        "steps": steps,
        "method": found["method"],
    }
