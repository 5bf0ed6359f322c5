"""A conversation's graph as a drawing in layers: where each node stands, and what is amiss.

A node's row is its distance from the start, so every reply points downward or back up. What cannot
be reached stands in a last row of its own. Pure geometry: the template draws it, and lists the
same in words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT = 148, 44
GAP_X, GAP_Y = 24, 52
MARGIN = 14


@dataclass(frozen=True)
class Box:
    """`kind` is node, met, partly or missed; `links` are (words of the reply, code, target)."""

    key: str
    x: int
    y: int
    kind: str
    is_start: bool
    is_reached: bool
    is_dead_end: bool  # no end can be reached from here
    links: tuple[tuple[str, str, str], ...]
    rewind: str

    @property
    def middle(self) -> int:
        return self.x + WIDTH // 2

    @property
    def baseline(self) -> int:
        return self.y + HEIGHT // 2 + 5


@dataclass(frozen=True)
class Edge:
    """An SVG path from one box to another; `code` is continuer, terminator or rewind."""

    path: str
    code: str


@dataclass(frozen=True)
class Map:
    width: int
    height: int
    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]
    unknown: tuple[tuple[str, str], ...]  # node, and the missing node that it names


def scenario_map(body: Mapping[str, Any]) -> Map:
    """Lay `body` out; also where it is half written: links to nowhere are listed, not drawn."""
    nodes = {key: node for key, node in body.get("nodes", {}).items() if isinstance(node, Mapping)}
    start = body.get("start", "")
    depths = _depths(nodes, start)
    ending = _leading_to_an_end(nodes)
    rows: dict[int, list[str]] = {}
    last = max(depths.values(), default=-1) + 1
    for key in (*depths, *(key for key in nodes if key not in depths)):
        rows.setdefault(depths.get(key, last), []).append(key)
    widest = max((len(row) for row in rows.values()), default=1)
    width = 2 * MARGIN + widest * (WIDTH + GAP_X) - GAP_X
    boxes = {}
    for row, keys in rows.items():
        indent = (widest - len(keys)) * (WIDTH + GAP_X) // 2
        for column, key in enumerate(keys):
            boxes[key] = Box(
                key=key,
                x=MARGIN + indent + column * (WIDTH + GAP_X),
                y=MARGIN + row * (HEIGHT + GAP_Y),
                kind=nodes[key].get("end", "node"),
                is_start=key == start,
                is_reached=key in depths,
                is_dead_end=key not in ending,
                links=tuple(_links(nodes[key])),
                rewind=nodes[key].get("rewind", ""),
            )
    return Map(
        width=width,
        height=2 * MARGIN + max(1, len(rows)) * (HEIGHT + GAP_Y) - GAP_Y,
        boxes=tuple(boxes.values()),
        edges=tuple(_edges(boxes)),
        unknown=tuple(_unknown(nodes, start)),
    )


def _links(node: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    return [
        (choice.get("text", ""), choice.get("code", ""), choice.get("to", ""))
        for choice in node.get("choices", ())
    ]


def _targets(node: Mapping[str, Any]) -> list[str]:
    return [to for _text, _code, to in _links(node)]


def _depths(nodes: Mapping[str, Any], start: str) -> dict[str, int]:
    """Steps from the start, in the order of reaching: breadth first."""
    depths = {start: 0} if start in nodes else {}
    queue = list(depths)
    for key in queue:
        for to in _targets(nodes[key]):
            if to in nodes and to not in depths:
                depths[to] = depths[key] + 1
                queue.append(to)
    return depths


def _leading_to_an_end(nodes: Mapping[str, Any]) -> set[str]:
    found = {key for key, node in nodes.items() if "end" in node}
    grown = True
    while grown:
        new = {
            key
            for key, node in nodes.items()
            if key not in found and any(to in found for to in _targets(node))
        }
        found |= new
        grown = bool(new)
    return found


def _edges(boxes: Mapping[str, Box]) -> list[Edge]:
    found = []
    for box in boxes.values():
        for place, (_text, code, to) in enumerate(box.links, start=1):
            if to in boxes:
                from_x = box.x + WIDTH * place // (len(box.links) + 1)
                found.append(Edge(_curve(from_x, box, boxes[to]), code))
        if box.rewind in boxes:
            found.append(Edge(_curve(box.middle, box, boxes[box.rewind]), "rewind"))
    return found


def _curve(from_x: int, start: Box, end: Box) -> str:
    if end.y > start.y:
        from_y, to_y = start.y + HEIGHT, end.y
        bend = (to_y - from_y) // 2
        return (
            f"M{from_x} {from_y}C{from_x} {from_y + bend} {end.middle} {to_y - bend} "
            f"{end.middle} {to_y}"
        )
    # Back up, or to the side: round the left.
    side = min(start.x, end.x) - MARGIN + 4
    y, to_y = start.y + HEIGHT // 2, end.y + HEIGHT // 2
    return f"M{start.x} {y}C{side} {y} {side} {to_y} {end.x} {to_y}"


def _unknown(nodes: Mapping[str, Any], start: str) -> list[tuple[str, str]]:
    found = [] if start in nodes else [("start", start)]
    for key, node in nodes.items():
        missing = [to for to in (*_targets(node), node.get("rewind", "")) if to and to not in nodes]
        found += [(key, to) for to in missing]
    return found
