"""A learner's own ways through a conversation: what was heard, said, and what it did, in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from programs.models import ScenarioStep

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from programs.models import Enrollment, Item

MOVES: dict[str, Promise] = {
    "name": _("You named what was there"),
    "understand": _("You showed that it makes sense"),
    "respect": _("You gave credit"),
    "support": _("You offered to be there"),
    "explore": _("You asked to hear more"),
}
CONTINUER, TERMINATOR = _("You kept the door open"), _("You moved past it")
ENDS: dict[str, Promise] = {
    "met": _("You met them"),
    "partly": _("Partly met"),
    "missed": _("A moment passed by"),
}


@dataclass(frozen=True)
class Line:
    node: str
    heard: str
    said: str
    code: str
    words: str | Promise
    is_rewind: bool = False


@dataclass(frozen=True)
class Run:
    number: int
    lines: tuple[Line, ...]
    ends: tuple[str | Promise, ...]

    @property
    def said(self) -> int:
        return sum(not line.is_rewind for line in self.lines)

    @property
    def kept_open(self) -> int:
        return sum(line.code == "continuer" for line in self.lines)


def runs_of(*, enrollment: Enrollment, item: Item) -> list[Run]:
    """Every run with at least one choice, the newest first."""
    runs: dict[int, list[ScenarioStep]] = {}
    steps = ScenarioStep.objects.filter(enrollment=enrollment, item=item)
    for step in steps.order_by("run", "number"):
        runs.setdefault(step.run, []).append(step)
    return [_run(number, taken, item.body["nodes"]) for number, taken in sorted(runs.items())][::-1]


def _run(number: int, taken: list[ScenarioStep], nodes: dict[str, Any]) -> Run:
    lines, ends = [], []
    for step in taken:
        node = nodes.get(step.node, {})
        if step.is_rewind:
            lines.append(Line(step.to_node, "", "", "", "", is_rewind=True))
        elif step.choice:
            lines.append(_line(step, node))
        elif "end" in node:
            ends.append(ENDS.get(node["end"], ""))
    return Run(number, tuple(lines), tuple(ends))


def _line(step: ScenarioStep, node: dict[str, Any]) -> Line:
    said = next((c["text"] for c in node.get("choices", ()) if c["id"] == step.choice), "")
    words = TERMINATOR if step.code == "terminator" else MOVES.get(step.move, CONTINUER)
    heard = node.get("says", {}).get("text", "")
    return Line(step.node, heard, said, step.code, words)
