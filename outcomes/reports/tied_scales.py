"""Scales of one questionnaire that share items: a total and its parts.

A total less one part is the other part. If somebody left out a part and counted in the total, three
published means would tell of that one person. So of such scales the same people count, or none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from outcomes.models import Instrument

Scale = tuple[int, str]  # instrument, subscale


def tied_scales(instruments: Iterable[Instrument]) -> list[list[Scale]]:
    """Return the reported scales that hang together, two or more each."""
    return [
        [(instrument.pk, key) for key in keys]
        for instrument in instruments
        for keys in instrument.parsed.tied
    ]


def keep_common(
    values: Mapping[Any, dict[Any, Any]],
    tied: Iterable[Sequence[Any]],
    *,
    is_one: Callable[[list[Any]], bool] = lambda _found: True,
) -> None:
    """Drop from `values`, scale -> person -> value, whom not all scales of a `tied` group have.

    Args:
        is_one: tells whether a person's values of a group belong together.
    """
    for keys in tied:
        maps = [values.get(key, {}) for key in keys]
        for person in frozenset().union(*maps):
            found = [one[person] for one in maps if person in one]
            if len(found) < len(maps) or not is_one(found):
                for one in maps:
                    one.pop(person, None)
