"""Who begins when, by lot: permuted blocks within strata, the same again from the same seed.

The order within a block comes from SHA-256 of seed, stratum, block and slot, not from a generator
of some language's version: anybody can draw it again, in any language, years later.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Drawn:
    """What the lot gave to one person or unit, in the order in which they were entered."""

    key: int
    stratum: str
    block: int
    arm: int  # place in the list of arms, 0 the first to begin


def draw(*, entered: Sequence[tuple[int, str]], arms: int, seed: int) -> tuple[Drawn, ...]:
    """Draw an arm for each of `entered` (key, stratum), one after the other.

    In each stratum blocks of one or two times `arms` slots follow one another; a block holds every
    arm equally often, so the arms of a stratum never differ by more than two.

    Raises:
        ValueError: fewer than two arms, or a key entered twice.
    """
    if arms < 2:
        raise ValueError("a lot needs two arms")
    if len({key for key, _stratum in entered}) < len(entered):
        raise ValueError("somebody is entered twice")
    waiting: dict[str, list[tuple[int, int]]] = {}  # stratum -> (block, arm), next one last
    blocks: dict[str, int] = {}
    found = []
    for key, stratum in entered:
        if not waiting.get(stratum):
            block = blocks[stratum] = blocks.get(stratum, 0) + 1
            order = _block(seed, stratum, block, arms)
            waiting[stratum] = [(block, arm) for arm in reversed(order)]
        block, arm = waiting[stratum].pop()
        found.append(Drawn(key, stratum, block, arm))
    return tuple(found)


def _block(seed: int, stratum: str, block: int, arms: int) -> list[int]:
    times = 1 + _digest(seed, stratum, block, "size")[0] % 2
    slots = [slot % arms for slot in range(arms * times)]
    order = sorted(range(len(slots)), key=lambda slot: _digest(seed, stratum, block, str(slot)))
    return [slots[slot] for slot in order]


def _digest(seed: int, stratum: str, block: int, what: str) -> bytes:
    return hashlib.sha256(f"{seed}/{stratum}/{block}/{what}".encode()).digest()
