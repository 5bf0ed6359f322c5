"""More than two rounds of one scale under the mask (measurement handbook, 5.4 and 7.2).

A mixed model weighs people by the rounds they answered. So that no weighing can be undone, it is
shown only if everybody who answered the same rounds is at least the smallest group, and the ledger
takes each such group as if its means had been published.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

from outcomes.engine.disclosure import rounded
from outcomes.engine.ledger import is_safe
from outcomes.engine.mixed import OverTime, Reading, change_over_time

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from outcomes.models import Wave
    from outcomes.reports.round_scores import Values

Groups = dict[frozenset[int], frozenset[int]]  # the rounds answered -> who answered just these
Rows = dict[str, list[frozenset[int]]]  # family -> the people behind each figure


def rounds_compared(
    *,
    key: str,
    waves: Sequence[Wave],
    values: Values,
    published: Mapping[str, Sequence[Collection[int]]],
    k: int,
) -> tuple[dict[str, Any], Rows] | None:
    """Return what a payload says of all rounds, and its rows for the ledger; None to say nothing.

    Args:
        key: of the scale.
        waves: oldest first.
        values: round -> enrollment -> value.
        published: family -> the people behind each figure released before, or with this release.
        k: the smallest group.
    """
    asked = [wave for wave in waves if values.get(wave.pk)]
    if len(asked) < 3:
        return None
    groups = _by_rounds_answered(values)
    if any(len(people) < k for people in groups.values()) or _is_alike(values, asked):
        return None
    rows = _rows(key, groups, [wave.pk for wave in waves])
    for family, people in rows.items():
        if not is_safe(published=published.get(family, ()), candidate=people, k=k):
            return None
    found = change_over_time(
        [
            Reading(person, place, value)
            for place, wave in enumerate(asked)
            for person, value in sorted(values[wave.pk].items())
        ]
    )
    return (_words(found, asked), rows) if found.contrasts else None


def _by_rounds_answered(values: Values) -> Groups:
    answered: dict[int, set[int]] = {}
    for wave, people in values.items():
        for person in people:
            answered.setdefault(person, set()).add(wave)
    groups: dict[frozenset[int], set[int]] = {}
    for person, waves in answered.items():
        groups.setdefault(frozenset(waves), set()).add(person)
    return {waves: frozenset(people) for waves, people in groups.items()}


def _is_alike(values: Values, waves: Sequence[Wave]) -> bool:
    """Everybody was alike in a round, or changed alike between two: who knows one knows all."""
    levels = [list(values[wave.pk].values()) for wave in waves]
    changes = [
        [
            values[b.pk][person] - values[a.pk][person]
            for person in values[a.pk]
            if person in values[b.pk]
        ]
        for a, b in combinations(waves, 2)
    ]
    return any(len({round(value, 9) for value in found}) < 2 for found in levels + changes)


def _rows(key: str, groups: Groups, order: Sequence[int]) -> Rows:
    rows: Rows = {}
    for answered, people in groups.items():
        waves = [wave for wave in order if wave in answered]
        for wave in waves:
            rows.setdefault(f"{key}:level:{wave}", []).append(people)
        for first, second in combinations(waves, 2):
            rows.setdefault(f"{key}:change:{first}-{second}", []).append(people)
    return rows


def _words(found: OverTime, waves: Sequence[Wave]) -> dict[str, Any]:
    zone = waves[0].cohort.zone
    names = [
        {
            "label": wave.label,
            "closed_on": (wave.closed_at or wave.closes_at).astimezone(zone).date().isoformat(),
        }
        for wave in waves
    ]
    return {
        "people": found.n_people,
        "method": next(iter(found.contrasts.values())).method,
        "contrasts": [
            {
                "from": names[start],
                "to": names[end],
                "change": rounded(one.value),
                "low": rounded(one.low),
                "high": rounded(one.high),
            }
            for (start, end), one in found.contrasts.items()
        ],
    }
