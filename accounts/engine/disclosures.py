"""Compare and word disclosures. Plain values in, plain values out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from accounts.who_reads_what import LETTERS, LINES, PERSONAS, THRESHOLD_FLOORS, cells, label

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


def lowered_thresholds(old: Mapping[str, int], new: Mapping[str, int]) -> list[str]:
    """Name the thresholds that `new` sets below the floor or below `old`, sorted."""
    return sorted(
        name
        for name, floor in THRESHOLD_FLOORS.items()
        if new.get(name, floor) < max(floor, old.get(name, floor))
    )


def complete_thresholds(thresholds: Mapping[str, int]) -> dict[str, int]:
    """Return all four thresholds; those not given are at their floor."""
    return {name: int(thresholds.get(name, floor)) for name, floor in THRESHOLD_FLOORS.items()}


def stricter_visibility(contract: str, signed: str) -> str:
    """Return what the organization may see: the stricter of contract and signed consent."""
    return min(contract, signed, key=_STRICTNESS.index)


def disclosure_text(
    *, organization: str, practice: str, visibility: str, thresholds: Mapping[str, int]
) -> str:
    """Return what a person signs: six lines, an empty line, then one line per kind of data."""
    names = {"organization": organization, "practice": practice, **complete_thresholds(thresholds)}
    lines = [line.format(**names) for line in LINES[visibility]]
    table = []
    for kind, row in cells(visibility).items():
        readers = "; ".join(
            f"{PERSONAS[persona]}: {LETTERS[letters]}" for persona, letters in row.items()
        )
        table.append(f"{label(kind)}. {readers}.")
    return "\n".join([*lines, "", *table])


def text_hash(text: str) -> str:
    """Return the SHA-256 of a text: what a signature is tied to."""
    return hashlib.sha256(text.encode()).hexdigest()
