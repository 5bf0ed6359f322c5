"""The branching conversation as pure functions over its graph.

A graph is the `body` of a scenario item: `{"start": key, "nodes": {key: node}}`. A node either
speaks and offers `choices`, or is an end (`{"end": "met" | "partly" | "missed"}`), which may name
a node to `rewind` to. Nothing here stores anything: the caller keeps the steps a learner took.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Graph = Mapping[str, Any]


class UnknownChoice(LookupError):
    """The node does not exist, or does not offer that choice."""


@dataclass(frozen=True)
class Step:
    """Where the learner stands, and what the choice that led here was worth.

    `choice`, `code`, `move` and `feedback` are empty at the start and after a rewind. `end` is
    empty until an end node is reached; `rewind` then names the node to try again from, if any.
    """

    node: str
    choice: str = ""
    code: str = ""
    move: str = ""
    feedback: str = ""
    end: str = ""
    rewind: str = ""

    @property
    def is_end(self) -> bool:
        return bool(self.end)


def start(graph: Graph) -> Step:
    return _at(graph, graph["start"])


def choose(graph: Graph, node: str, choice_id: str) -> Step:
    """Take `choice_id` at `node`.

    Raises:
        UnknownChoice: no such node, or the node does not offer it (an end offers nothing).
    """
    for choice in graph["nodes"].get(node, {}).get("choices", ()):
        if choice["id"] == choice_id:
            return _at(
                graph,
                choice["to"],
                choice=choice_id,
                code=choice["code"],
                move=choice.get("move", ""),
                feedback=choice["feedback"],
            )
    raise UnknownChoice(f"{node}: {choice_id}")


def rewind(graph: Graph, node: str) -> Step:
    """Go back from the end `node` to where its author wants another try.

    Raises:
        UnknownChoice: `node` is no end, or offers no way back.
    """
    target = graph["nodes"].get(node, {}).get("rewind")
    if not target:
        raise UnknownChoice(f"{node}: rewind")
    return _at(graph, target)


def stand_at(graph: Graph, node: str) -> Step:
    """Stand at a node one has been to before.

    Raises:
        UnknownChoice: there is no such node, or it is an end.
    """
    if not graph["nodes"].get(node, {}).get("choices"):
        raise UnknownChoice(f"{node}: nothing to choose")
    return _at(graph, node)


def graph_problems(graph: Graph) -> list[str]:
    """Every structural fault of a graph, in words an author can act on; empty if sound."""
    nodes: Mapping[str, Any] = graph["nodes"]
    if graph["start"] not in nodes:
        return [f"start: no node '{graph['start']}'"]
    problems = list(_broken_links(nodes))
    if problems:
        return problems
    ends = {key for key, node in nodes.items() if "end" in node}
    onward = {key: [choice["to"] for choice in nodes[key].get("choices", ())] for key in nodes}
    reached = _closure([graph["start"]], onward)
    problems += [f"node '{key}' cannot be reached" for key in nodes if key not in reached]
    backward: dict[str, list[str]] = {key: [] for key in nodes}
    for key, targets in onward.items():
        for target in targets:
            backward[target].append(key)
    finishing = _closure(ends, backward)
    problems += [
        f"no end can be reached from node '{key}'" for key in nodes if key not in finishing
    ]
    for key in sorted(ends):
        target = nodes[key].get("rewind")
        if target and target not in _closure([key], backward) - {key}:
            problems.append(f"end '{key}' rewinds to '{target}', which does not lead to it")
    return problems


def _at(graph: Graph, node: str, **taken: str) -> Step:
    here = graph["nodes"][node]
    return Step(node=node, end=here.get("end", ""), rewind=here.get("rewind", ""), **taken)


def _broken_links(nodes: Mapping[str, Any]) -> Iterable[str]:
    for key, node in nodes.items():
        seen: set[str] = set()
        for choice in node.get("choices", ()):
            if choice["id"] in seen:
                yield f"node '{key}' has two choices '{choice['id']}'"
            seen.add(choice["id"])
            if choice["to"] not in nodes:
                yield f"choice '{choice['id']}' of node '{key}' leads to no node '{choice['to']}'"
            if choice["code"] == "terminator" and "move" in choice:
                yield f"choice '{choice['id']}' of node '{key}': a terminator has no move"
        target = node.get("rewind")
        if target and ("end" not in node or target not in nodes or "end" in nodes[target]):
            yield f"node '{key}' rewinds to '{target}', which is no open node"


def _closure(start_at: Iterable[str], edges: Mapping[str, Iterable[str]]) -> set[str]:
    seen = set(start_at)
    todo = list(seen)
    while todo:
        for target in edges[todo.pop()]:
            if target not in seen:
                seen.add(target)
                todo.append(target)
    return seen
