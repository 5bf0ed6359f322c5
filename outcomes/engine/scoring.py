"""From answers to subscale values, by each instrument's own rules (measurement handbook, 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from outcomes.engine.instruments import Definition, Item, Subscale

SCORING_REVISION = 1  # raised when a change here alters a value
LONGSTRING_ITEMS = 6
FAST_MS = 2000  # a mean below this per item was hardly read


@dataclass(frozen=True)
class SubscaleScore:
    """One value on its instrument's scale, or None if too few items were answered."""

    subscale: str
    value: float | None
    n_answered: int
    n_items: int
    prorated: bool  # some item was missing and the person's mean stands in for it


def score(
    *, definition: Definition, answers: Mapping[str, float | None]
) -> tuple[SubscaleScore, ...]:
    """Return a value for each subscale.

    Args:
        definition: a parsed instrument.
        answers: item id → raw value as chosen; absent or None: skipped or "does not apply".

    Raises:
        ValueError: an answer is outside its item's scale.
    """
    return tuple(
        _one(subscale=subscale, definition=definition, answers=answers)
        for subscale in definition.subscales
    )


def _one(
    *, subscale: Subscale, definition: Definition, answers: Mapping[str, float | None]
) -> SubscaleScore:
    values = [
        keyed(definition.by_key[key], answer)
        for key in subscale.items
        if (answer := answers.get(key)) is not None
    ]
    total = len(subscale.items)
    if not values or len(values) < subscale.needed:
        return SubscaleScore(subscale.key, None, len(values), total, False)
    prorated = len(values) < total
    if subscale.method == "sum":
        # An exact sum where nothing is missing; else the person's mean stands for what is.
        value = sum(values) * total / len(values) if prorated else sum(values)
    else:
        value = sum(values) / len(values)
    return SubscaleScore(subscale.key, value * subscale.multiplier, len(values), total, prorated)


def keyed(item: Item, answer: float) -> float:
    """Return an answer in its subscale's direction: min + max − x for a reversed item.

    Raises:
        ValueError: the answer is outside the item's scale.
    """
    if item.scale is None:
        raise ValueError(f"item {item.key} has no scale")
    if not item.scale.low <= answer <= item.scale.high:
        raise ValueError(f"item {item.key}: {answer} is not on its scale")
    return item.scale.low + item.scale.high - answer if item.is_reversed else answer


def quality_flags(
    *, answers: Sequence[float | None], elapsed_ms: Sequence[int | None], is_duplicate: bool = False
) -> tuple[str, ...]:
    """Return what makes a response doubtful. It stays in the primary analysis all the same.

    `longstring`: one raw answer to every answered item, six or more. `fast`: under two seconds an
    item on average. `duplicate`: told by the caller.
    """
    given = [answer for answer in answers if answer is not None]
    times = [elapsed for elapsed in elapsed_ms if elapsed is not None]
    found = []
    if len(given) >= LONGSTRING_ITEMS and len(set(given)) == 1:
        found.append("longstring")
    if times and sum(times) / len(times) < FAST_MS:
        found.append("fast")
    if is_duplicate:
        found.append("duplicate")
    return tuple(found)
