"""The programs that ship are held to the handbook: totals, lengths, tone, no text written twice."""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from programs.engine.content import ItemContent, ModuleContent, ProgramContent, load_program
from programs.engine.content_export import write_program
from programs.engine.content_hash import canonical_program, content_hash, read_canonical
from programs.engine.practice_plan import home_minutes
from programs.engine.scenarios import choose, rewind, start

CURRICULUM = Path(__file__).resolve().parents[3] / "curriculum"

# Handbook, week by week: minutes of the required kinds and of the live session.
FOUNDATIONS = {
    "bedside": [("reading", 10), ("check", 8), ("reflection", 7), ("field_log", 15), ("live", 60)],
    "cues": [("reading", 8), ("scenario", 12), ("check", 8), ("field_log", 15)],
    "answering": [
        ("reading", 8),
        ("scenario", 15),
        ("scenario", 10),
        ("field_log", 15),
        ("live", 60),
    ],
    "feeling-first": [("reading", 6), ("scenario", 15), ("reflection", 8), ("field_log", 15)],
    "hard-rooms": [("reading", 10), ("scenario", 15), ("thread", 10), ("field_log", 15)],
    "seen": [("observation", 20), ("check", 10), ("reflection", 10), ("live", 60)],
}
EMOTIONAL_INTELLIGENCE = {
    "naming": [("reading", 8), ("reflection", 10), ("field_log", 15), ("live", 60)],
    "body": [("reading", 6), ("practice", 10), ("check", 6), ("field_log", 15)],
    "reading-others": [("reading", 8), ("scenario", 12), ("check", 10), ("field_log", 10)],
    "gap": [("reading", 8), ("practice", 10), ("scenario", 12), ("field_log", 15), ("live", 60)],
    "misreading": [("reading", 10), ("scenario", 12), ("reflection", 8)],
    "conflict": [("reading", 6), ("scenario", 15), ("thread", 10), ("field_log", 10), ("live", 60)],
    "feedback": [("reading", 8), ("scenario", 12), ("observation", 15)],
    "load": [("reflection", 12), ("check", 10), ("field_log", 10), ("live", 60)],
}
_UNIT = [("reading", 8), ("reflection", 15), ("field_log", 20), ("live", 90)]
ROLE_MODELLING = {
    "copied": _UNIT,
    "aloud": _UNIT,
    "in-the-room": [*_UNIT, ("observation", 20)],
    "watching": [*_UNIT, ("observation", 20)],
    "repair": _UNIT,
    "one-habit": _UNIT,
}
COMPASSION_FATIGUE = {
    "words": [("reading", 10), ("reflection", 8), ("check", 6), ("live", 60)],
    "flooding": [("reading", 8), ("practice", 12), ("scenario", 12), ("field_log", 10)],
    "recovering": [("reading", 6), ("practice", 10), ("field_log", 15), ("thread", 8)],
    "owns": [("reading", 10), ("reflection", 10), ("thread", 15), ("live", 60)],
    "circle": [("reflection", 10), ("check", 6), ("live", 60)],
}
LOVING_KINDNESS = {
    week: [("reading", 6), ("practice", 15), ("reflection", 8), ("field_log", 10), ("live", 60)]
    for week in ("intention", "easy", "shared", "dread")
}
_CLASS = [("reading", 5), ("reflection", 5), ("live", 150)]
MINDFULNESS = {
    "autopilot": _CLASS,
    "appraisal": _CLASS,
    "motion": _CLASS,
    "reactivity": _CLASS,
    "choosing": [*_CLASS, ("scenario", 12)],
    "presence": [*_CLASS, ("scenario", 15), ("live", 420)],
    "unguided": _CLASS,
    "stays": [*_CLASS, ("check", 8), ("reflection", 15)],
}
# slug: weeks, minutes online, minutes live.
PLANS: dict[str, tuple[dict[str, list[tuple[str, int]]], int, int]] = {
    "foundations-clinical-empathy": (FOUNDATIONS, 265, 180),
    "emotional-intelligence-for-clinicians": (EMOTIONAL_INTELLIGENCE, 293, 240),
    "clinician-mindfulness": (MINDFULNESS, 130, 1620),
    "compassion-fatigue-and-burnout": (COMPASSION_FATIGUE, 156, 180),
    "role-modelling-compassionate-care": (ROLE_MODELLING, 298, 540),
    "loving-kindness-and-compassion": (LOVING_KINDNESS, 396, 240),
}


@pytest.fixture(scope="module", params=PLANS)
def program(request) -> ProgramContent:
    return load_program(CURRICULUM / request.param)


def items(program: ProgramContent, kind: str) -> list[tuple[ModuleContent, ItemContent]]:
    return [(m, i) for m in program.modules for i in m.items if i.kind == kind]


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts(inner)


def prose(program: ProgramContent) -> Iterator[tuple[str, str]]:
    """(place, text) of all that somebody reads; session guides and rubrics are places of their own."""
    for module in program.modules:
        yield from ((module.key, text) for text in [module.title, module.summary])
        for item in module.items:
            body = dict(item.body)
            rubric = body.pop("rubric", {})  # may serve more than one observation
            yield from ((f"rubric {rubric['id']}", text) for text in texts(rubric))
            yield from ((module.key, text) for text in [item.title, *texts(body)])
    for key, guide in program.sessions.items():
        yield from ((f"session {key}", text) for text in texts(guide))
    yield from (("program", text) for text in texts([program.summary, program.aim]))
    yield from (("program", text) for text in texts(program.evidence))


def sentences(text: str) -> Iterator[str]:
    for part in re.split(r"(?<=[.?:])[\s\"”*)]+|\n\n|\n[-0-9]", text):
        plain = " ".join(re.findall(r"[\w’']+", part.lower()))
        if len(plain.split()) >= 5:
            yield plain


def test_minutes_are_those_of_the_handbook(program):
    expected = {
        module.key: [
            (item.kind, item.minutes)
            for item in module.items
            if item.required or item.kind == "live"
        ]
        for module in program.modules
    }

    weeks, online, live = PLANS[program.slug]
    assert {k: sorted(v) for k, v in expected.items()} == {k: sorted(v) for k, v in weeks.items()}
    assert program.minutes(live=False) == online
    assert program.minutes(live=True) == live


def test_each_module_of_foundations_offers_one_optional_practice():
    program = load_program(CURRICULUM / "foundations-clinical-empathy")
    practices = items(program, "practice")

    assert [module.key for module, _ in practices] == list(FOUNDATIONS)
    assert not any(practice.required for _, practice in practices)


def test_practices_fill_their_three_to_twenty_minutes(program):
    for _, practice in items(program, "practice"):
        assert 3 <= practice.minutes <= 20
        assert {"seated", "eyes-open"} <= {variant["id"] for variant in practice.body["variants"]}
        last = practice.body["script"][-1]["at_seconds"]
        assert last >= practice.minutes * 60 - 30, practice.key


def test_reading_steps_have_text_and_fit_their_minutes(program):
    for module, reading in items(program, "reading"):
        steps = reading.body["steps"]
        words = sum(len(step["markdown"].split()) for step in steps)
        assert 5 <= len(steps) <= 9, module.key
        assert all(len(step["markdown"].split()) >= 40 for step in steps), module.key
        assert 110 <= words / reading.minutes <= 220, (module.key, words)


def test_checks_have_six_to_eight_questions_with_feedback_on_each_option(program):
    for module, check in items(program, "check"):
        questions = check.body["questions"]
        assert 6 <= len(questions) <= 8, module.key
        for question in questions:
            feedback = [option["feedback"] for option in question["options"]]
            assert len(set(feedback)) == len(feedback) >= 3, (module.key, question["id"])


def test_check_answers_are_not_always_in_the_same_place(program):
    for module, check in items(program, "check"):
        places = {
            next(i for i, option in enumerate(question["options"]) if option["correct"])
            for question in check.body["questions"]
        }
        assert len(places) >= 2, module.key


def test_scenarios_have_six_to_sixteen_nodes_and_every_kind_of_end(program):
    for module, scenario in items(program, "scenario"):
        nodes = scenario.body["nodes"]
        ends = [node for node in nodes.values() if "end" in node]
        assert 6 <= len(nodes) <= 16, (module.key, scenario.key, len(nodes))
        assert {node["end"] for node in ends} == {"met", "partly", "missed"}, scenario.key
        assert all("rewind" in node for node in ends if node["end"] != "met"), scenario.key


def test_scenarios_reach_met_by_continuers_alone(program):
    for _, scenario in items(program, "scenario"):
        step = start(scenario.body)
        for _turn in range(16):
            if step.is_end:
                break
            choices = scenario.body["nodes"][step.node]["choices"]
            kept = next(choice for choice in choices if choice["code"] == "continuer")
            step = choose(scenario.body, step.node, kept["id"])
        assert step.end == "met", (scenario.key, step)


def test_scenarios_use_all_five_moves(program):
    moves = {
        choice.get("move")
        for _, scenario in items(program, "scenario")
        for node in scenario.body["nodes"].values()
        for choice in node.get("choices", ())
    }

    # Programs of practice have few conversations or none; the others show every move.
    if len(items(program, "scenario")) > 2:
        assert {"name", "understand", "respect", "support", "explore"} <= moves


def test_no_sentence_is_written_twice(program):
    places: dict[str, set[str]] = defaultdict(set)
    for place, text in prose(program):
        for sentence in sentences(text):
            places[sentence].add(place)

    twice = {
        sentence: where
        for sentence, where in places.items()
        # A summary may repeat what the evidence statement says; modules may not repeat each other.
        if len(where - {"program"}) > 1
    }
    assert twice == {}


def test_tone_has_no_exclamation_mark_and_no_brand(program):
    for place, text in prose(program):
        assert "!" not in text, (place, text)
        assert not re.search(r"MBSR|VitalTalk|Schwartz|proved|guaranteed|saves money", text), text


def test_each_field_log_warns_about_identifiers(program):
    for module, log in items(program, "field_log"):
        assert re.search(r"name|recognized|trace|who it was", log.body["notice"]), module.key


def test_rubric_has_six_behaviors_and_passes_at_four(program):
    for _, observation in items(program, "observation"):
        assert len(observation.body["rubric"]["behaviors"]) == 6
        assert observation.body["rubric"]["passing"] == 4


def test_evidence_names_source_design_and_limit(program):
    assert program.evidence
    for statement in program.evidence:
        assert all(statement[part].strip() for part in ("text", "source", "design", "n", "limit"))


def test_shipped_program_survives_storage_with_its_hash(program):
    assert content_hash(read_canonical(canonical_program(program))) == content_hash(program)


def test_shipped_program_survives_export_with_its_hash(program, tmp_path):
    assert content_hash(load_program(write_program(program, tmp_path))) == content_hash(program)


def test_scenarios_rewind_leads_to_met_too(program):
    for _, scenario in items(program, "scenario"):
        nodes = scenario.body["nodes"]
        for key, node in nodes.items():
            if "rewind" not in node:
                continue
            step = rewind(scenario.body, key)
            while not step.is_end:
                choices = nodes[step.node]["choices"]
                kept = next(choice for choice in choices if choice["code"] == "continuer")
                step = choose(scenario.body, step.node, kept["id"])
            assert step.end == "met", (scenario.key, key)


def test_mindfulness_home_practice_is_that_of_the_handbook_in_every_week():
    program = load_program(CURRICULUM / "clinician-mindfulness")

    assert (home_minutes(program, "full"), home_minutes(program, "short")) == (2160, 960)
    for module in program.modules:
        homes = [item.home for item in module.items if item.home]
        assert sum(home["full"] for home in homes) == 45, module.key
        assert sum(home["short"] for home in homes) == 20, module.key
        assert all(home["days"] == 6 for home in homes)


def test_home_practice_offers_the_length_of_each_track(program):
    for _, practice in items(program, "practice"):
        if practice.home:
            lengths = set(practice.body["lengths"])
            assert {practice.home["full"], practice.home["short"]} <= lengths, practice.key


def test_all_programs_together_hold_what_the_handbook_asks_for():
    """Twenty conversations, forty check questions, twelve practices; six programs."""
    programs = [load_program(CURRICULUM / slug) for slug in PLANS]

    assert {path.parent.name for path in CURRICULUM.glob("*/program.yaml")} == set(PLANS)
    assert len(programs) == 6
    assert sum(len(items(program, "scenario")) for program in programs) >= 20
    assert sum(len(items(program, "practice")) for program in programs) >= 12
    questions = [
        question for program in programs for _, check in items(program, "check")
        for question in check.body["questions"]
    ]  # fmt: skip
    assert len(questions) >= 40
