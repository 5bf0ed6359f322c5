"""Who must not be brought together: higher apps that know of such pairs say so here."""

from __future__ import annotations

from collections.abc import Callable, Iterable

Guard = Callable[[int, Iterable[int]], set[int]]
_GUARDS: list[Guard] = []


def register_guard(guard: Guard) -> None:
    """Add a function from a person's id and others' ids to those of them to keep apart."""
    if guard not in _GUARDS:
        _GUARDS.append(guard)


def kept_apart(person_id: int, other_ids: Iterable[int]) -> set[int]:
    """Return which of `other_ids` must not observe `person_id`, or be their buddy. Never why."""
    others = set(other_ids) - {person_id}
    return set().union(*(guard(person_id, others) for guard in _GUARDS)) if others else set()
