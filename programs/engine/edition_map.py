"""Which step of an earlier edition goes on as which step of a later one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class ItemMap:
    """Identities. `added` are new steps, `dropped` old ones that nothing goes on from."""

    pairs: dict[str, str]
    added: tuple[str, ...]
    dropped: tuple[str, ...]


class MapError(ValueError):
    """A mapping that cannot hold. `code` is unknown_old, unknown_new, other_kind or taken_twice."""

    def __init__(self, code: str, identity: str) -> None:
        super().__init__(f"{code}: {identity}")
        self.code, self.identity = code, identity


def map_items(
    old: Mapping[str, str], new: Mapping[str, str], chosen: Mapping[str, str | None]
) -> ItemMap:
    """Pair the steps of two editions: by `chosen`, else with the step of the same identity.

    Args:
        old, new: identity to kind, in order.
        chosen: old identity to new; None: it does not go on.

    Raises:
        MapError: an identity that an edition lacks, another kind, or two steps into one.
    """
    for identity, target in chosen.items():
        if identity not in old:
            raise MapError("unknown_old", identity)
        if target is not None and target not in new:
            raise MapError("unknown_new", target)
    pairs: dict[str, str] = {}
    taken: set[str] = set()
    for identity, kind in old.items():
        target = chosen.get(identity, identity if identity in new else None)
        if target is None:
            continue
        if new[target] != kind:
            raise MapError("other_kind", identity)
        if target in taken:
            raise MapError("taken_twice", target)
        taken.add(target)
        pairs[identity] = target
    return ItemMap(
        pairs=pairs,
        added=tuple(identity for identity in new if identity not in taken),
        dropped=tuple(identity for identity in old if identity not in pairs),
    )
