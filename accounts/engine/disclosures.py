"""Compare disclosures. Plain values in, plain values out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

Cells = Mapping[str, Mapping[str, str]]

# How much a letter shows, least first. `P`, participation only, reads fewer columns than `R`.
_RANK = {"": 0, "-": 0, "S": 1, "A": 2, "P": 3, "R": 4, "W": 4, "RW": 5}
_STRICTNESS = ("aggregate_only", "completion")  # strictest first


def loosens(old: Cells, new: Cells) -> bool:
    """Whether somebody else sees more under `new`: any cell rises. A missing cell is "-".

    The clinician's own column does not count: seeing more of oneself needs no consent.
    """
    return any(
        _RANK[letters] > _RANK[old.get(kind, {}).get(persona, "-")]
        for kind, row in new.items()
        for persona, letters in row.items()
        if persona != "clinician"
    )


def lowered_thresholds(
    old: Mapping[str, int], new: Mapping[str, int], *, floors: Mapping[str, int]
) -> list[str]:
    """Name the thresholds that `new` sets below their floor or below `old`, sorted."""
    return sorted(
        name
        for name, floor in floors.items()
        if new.get(name, floor) < max(floor, old.get(name, floor))
    )


def stricter_visibility(contract: str, signed: str) -> str:
    """Return what the organization may see: the stricter of contract and signed consent."""
    return min(contract, signed, key=_STRICTNESS.index)


def text_hash(text: str) -> str:
    """Return the SHA-256 of a text: what a signature is tied to."""
    return hashlib.sha256(text.encode()).hexdigest()
