"""One shipped conversation carries a hint of suicide: no way through it may leave the question out."""

from collections.abc import Iterator
from pathlib import Path

from programs.engine.content import load_program
from programs.engine.scenarios import Graph, choose, start

CURRICULUM = Path(__file__).resolve().parents[3] / "curriculum"


def ways(graph: Graph, node: str, said: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """(end, all that the learner said) of every way from here."""
    for choice in graph["nodes"][node]["choices"]:
        words = (*said, choice["text"])
        step = choose(graph, node, choice["id"])
        if step.is_end:
            yield step.end, " ".join(words)
        else:
            yield from ways(graph, step.node, words)


def test_nobody_comes_to_the_good_end_without_having_asked_about_suicide():
    program = load_program(CURRICULUM / "compassion-fatigue-and-burnout")
    (graph,) = (
        item.body
        for module in program.modules
        for item in module.items
        if item.key == "level-three"
    )

    met = [said for end, said in ways(graph, start(graph).node) if end == "met"]

    assert met
    assert all("ending your life" in said for said in met)
