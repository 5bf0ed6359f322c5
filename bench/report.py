"""What a benchmark prints: one row a fact, with the target beside it."""

from __future__ import annotations

from dataclasses import dataclass

from bench.pairs import Pair


@dataclass(frozen=True)
class Row:
    bench: str
    what: str
    value: str
    target: str = ""
    holds: bool | None = None  # None: stated, not judged


def pair_rows(
    bench: str, pair: Pair, *, cpu_target: float | None, wall_target: float | None
) -> list[Row]:
    """Return the rows of a paired timing: medians of both sides and the ratios with their range."""
    rows = [
        Row(
            bench, "ours, median", f"{pair.ours.wall_ms:.2f} ms wall, {pair.ours.cpu_ms:.2f} ms CPU"
        ),
        Row(
            bench,
            "floor, median",
            f"{pair.floor.wall_ms:.2f} ms wall, {pair.floor.cpu_ms:.2f} ms CPU",
        ),
    ]
    for what, (low, median, high), target in [
        ("wall ratio", pair.wall_ratio, wall_target),
        ("CPU ratio", pair.cpu_ratio, cpu_target),
    ]:
        rows.append(
            Row(
                bench,
                what,
                f"{median:.2f} × ({low:.2f} to {high:.2f})",
                f"≤ {target:g} ×" if target else "",
                None if target is None else median <= target,
            )
        )
    return rows


def render(rows: list[Row]) -> str:
    """Return the table as text."""
    header = ("benchmark", "what", "measured", "target", "")
    cells = [header] + [
        (
            row.bench,
            row.what,
            row.value,
            row.target,
            {True: "holds", False: "MISSED", None: ""}[row.holds],
        )
        for row in rows
    ]
    widths = [max(len(line[i]) for line in cells) for i in range(5)]
    return "\n".join(
        "  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip() for line in cells
    )
