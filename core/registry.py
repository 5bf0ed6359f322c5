"""Named things that higher apps add at start-up, so that lower apps need not import them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Registry(Generic[Item]):
    """Items by name, each added once; adding the same again changes nothing."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._items: dict[str, Item] = {}

    def add(self, name: str, item: Item) -> None:
        """Keep `item` under `name`.

        Raises:
            ValueError: another item has that name.
        """
        if self._items.setdefault(name, item) != item:
            raise ValueError(f"{self._what} {name} is registered twice")

    def get(self, name: str) -> Item | None:
        return self._items.get(name)

    def named(self) -> tuple[tuple[str, Item], ...]:
        return tuple(self._items.items())

    def __iter__(self) -> Iterator[Item]:
        return iter(tuple(self._items.values()))
