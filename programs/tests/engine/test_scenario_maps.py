from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from programs.engine.scenario_maps import HEIGHT, WIDTH, scenario_map

CURRICULUM = Path(__file__).resolve().parents[3] / "curriculum"
SCENARIOS = sorted(CURRICULUM.rglob("*.scenario.yaml"))


def test_no_two_boxes_of_a_shipped_conversation_touch_and_all_lie_inside():
    assert SCENARIOS
    for path in SCENARIOS:
        drawn = scenario_map(yaml.safe_load(path.read_text()))
        assert not drawn.unknown
        for place, one in enumerate(drawn.boxes):
            assert one.is_reached, path
            assert not one.is_dead_end, path
            assert 0 <= one.x <= drawn.width - WIDTH
            assert 0 <= one.y <= drawn.height - HEIGHT
            for other in drawn.boxes[place + 1 :]:
                assert abs(one.x - other.x) >= WIDTH or abs(one.y - other.y) >= HEIGHT


def choice(to: str) -> dict[str, str]:
    return {"id": "a", "text": "Yes", "code": "continuer", "to": to, "feedback": ""}


def test_what_is_amiss_in_a_half_written_conversation_is_said():
    drawn = scenario_map(
        {
            "start": "open",
            "nodes": {
                "open": {"choices": [choice("loop"), choice("done"), choice("nowhere")]},
                "loop": {"choices": [choice("loop")]},
                "done": {"end": "met", "rewind": "open"},
                "island": {"choices": [choice("done")]},
            },
        }
    )
    boxes = {box.key: box for box in drawn.boxes}

    assert drawn.unknown == (("open", "nowhere"),)
    assert [key for key, box in boxes.items() if not box.is_reached] == ["island"]
    assert [key for key, box in boxes.items() if box.is_dead_end] == ["loop"]
    assert boxes["open"].y < boxes["done"].y < boxes["island"].y
    assert [edge.code for edge in drawn.edges].count("rewind") == 1


@pytest.mark.parametrize("body", [{}, {"start": "x", "nodes": {}}])
def test_an_empty_conversation_is_drawn_as_nothing(body):
    assert scenario_map(body).boxes == ()
