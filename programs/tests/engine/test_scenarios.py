import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.engine.scenarios import UnknownChoice, choose, graph_problems, rewind, start

GRAPH = {
    "start": "open",
    "nodes": {
        "open": {
            "choices": [
                {"id": "a", "code": "terminator", "to": "quiet", "feedback": "It stays."},
                {"id": "b", "code": "continuer", "move": "name", "to": "met", "feedback": "Named."},
            ]
        },
        "quiet": {"end": "missed", "rewind": "open"},
        "met": {"end": "met"},
    },
}
KEYS = [f"n{number}" for number in range(8)]


@st.composite
def graphs(draw):
    nodes = {}
    for key in KEYS[: draw(st.integers(1, 8))]:
        if draw(st.booleans()):
            nodes[key] = {"end": "met"}
            if draw(st.booleans()):
                nodes[key]["rewind"] = draw(st.sampled_from(KEYS))
        else:
            targets = draw(st.lists(st.sampled_from(KEYS), min_size=1, max_size=3))
            nodes[key] = {
                "choices": [
                    {"id": f"c{place}", "code": "continuer", "to": target, "feedback": "f"}
                    for place, target in enumerate(targets)
                ]
            }
    return {"start": draw(st.sampled_from(KEYS)), "nodes": nodes}


def test_choose_carries_code_move_and_feedback():
    step = choose(GRAPH, "open", "b")

    assert (step.node, step.code, step.move, step.feedback) == (
        "met",
        "continuer",
        "name",
        "Named.",
    )
    assert step.is_end
    assert step.end == "met"


def test_rewind_leads_back_from_a_missed_end():
    missed = choose(GRAPH, "open", "a")

    assert missed.rewind == "open"
    assert rewind(GRAPH, missed.node) == start(GRAPH)


@pytest.mark.parametrize(("node", "choice"), [("open", "z"), ("gone", "a"), ("met", "a")])
def test_choose_refuses_what_the_node_does_not_offer(node, choice):
    with pytest.raises(UnknownChoice):
        choose(GRAPH, node, choice)


@pytest.mark.parametrize("node", ["met", "open", "gone"])
def test_rewind_refuses_where_none_is_offered(node):
    with pytest.raises(UnknownChoice):
        rewind(GRAPH, node)


@given(graphs(), st.data())
def test_a_sound_graph_never_fails_its_player(graph, data):
    if graph_problems(graph):
        return
    step = start(graph)
    for _ in range(30):
        if step.is_end:
            if not step.rewind:
                return
            step = rewind(graph, step.node)
        else:
            offered = [choice["id"] for choice in graph["nodes"][step.node]["choices"]]
            step = choose(graph, step.node, data.draw(st.sampled_from(offered)))
        assert step.node in graph["nodes"]


@given(graphs())
def test_a_sound_graph_is_reached_in_full_by_walking_every_choice(graph):
    seen: set[str] = set()
    todo = [graph["start"]]
    dangling = False
    while todo:
        key = todo.pop()
        if key not in graph["nodes"]:
            dangling = True
        elif key not in seen:
            seen.add(key)
            todo += [choice["to"] for choice in graph["nodes"][key].get("choices", ())]

    if dangling or seen != set(graph["nodes"]):
        assert graph_problems(graph)
