"""Fair shares among coaches: who is furthest behind theirs goes first. Plain numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

LOOK_BACK_S = 90 * 86400


@dataclass(frozen=True)
class Candidate:
    """A coach of the pool.

    Args:
        id: the last word where all else is equal.
        weight: how large a share they take on.
        minutes: booked since the window began.
        last_assigned: when they last got a session, epoch seconds; None if never.
    """

    id: int
    weight: int = 1
    minutes: int = 0
    last_assigned: int | None = None


def window_start(*, now: int, joined: Sequence[int]) -> int:
    """Return since when minutes count: 90 days ago, or when the newest of the pool joined.

    So a newcomer begins level with the others and is not flooded.
    """
    return max([now - LOOK_BACK_S, *joined])


def deficits(pool: Sequence[Candidate]) -> dict[int, Fraction]:
    """Return by how many minutes each is behind their share of what all were booked."""
    weights = sum(one.weight for one in pool)
    booked = sum(one.minutes for one in pool)
    return {one.id: Fraction(one.weight * booked, weights) - one.minutes for one in pool}


def rank(pool: Sequence[Candidate], *, mine: int | None = None) -> list[int]:
    """Return the ids of the pool in the order in which to ask them.

    First the clinician's own coach; then the largest deficit; then who waited longest, never
    assigned before all; then the lowest id.

    Args:
        pool: everybody of the pool, also those who are not free: shares are of all.
        mine: the id of the clinician's own coach.
    """
    behind = deficits(pool)

    def order(one: Candidate) -> tuple[bool, Fraction, bool, int, int]:
        return (
            one.id != mine,
            -behind[one.id],
            one.last_assigned is not None,
            one.last_assigned or 0,
            one.id,
        )

    return [one.id for one in sorted(pool, key=order)]
