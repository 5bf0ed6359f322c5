"""The inside of each kind of item: file in, JSON-able body out, faults noted in `files`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from programs.engine import content_schemas as schemas
from programs.engine.content_files import Files
from programs.engine.content_schemas import Schema
from programs.engine.scenarios import graph_problems

Body = dict[str, Any]
Plan = dict[str, Any]


@dataclass(frozen=True)
class Shelf:
    """What several items may refer to by key: session guides and rubrics."""

    sessions: dict[str, dict[str, Any]]
    rubrics: dict[str, dict[str, Any]]


def read_reading(files: Files, name: str, item: Plan, _shelf: Shelf) -> Body:
    """A `## ` heading opens each step; one idea a step."""
    front, markdown = _markdown(files, name, item, schemas.READING)
    before, *parts = f"\n{markdown}".split("\n## ")
    if before.strip():
        files.problem(name, "text before the first '## ' heading belongs to no step")
    steps = []
    for part in parts:
        title, _, text = part.partition("\n")
        if not title.strip() or not text.strip():
            files.problem(name, f"step '{title.strip()}' needs a heading and text")
        steps.append({"title": title.strip(), "markdown": text.strip()})
    if not steps:
        files.problem(name, "has no '## ' heading, so no step")
    return {"steps": steps, "sources": front.get("sources", [])}


def read_practice(files: Files, name: str, item: Plan, _shelf: Shelf) -> Body:
    body = _yaml(files, name, item, schemas.PRACTICE)
    if not body:
        return {}
    times = [line["at_seconds"] for line in body["script"]]
    if times[0] != 0 or any(
        later <= earlier for earlier, later in zip(times, times[1:], strict=False)
    ):
        files.problem(name, "script: at_seconds must start at 0 and rise")
    if times[-1] >= item["minutes"] * 60:
        files.problem(name, "script: ends after the item's minutes")
    if item["minutes"] not in body["lengths"]:
        files.problem(
            name, "lengths: must contain the item's minutes, which the script is timed for"
        )
    if body["done_minutes"] > min(body["lengths"]):
        files.problem(name, "done_minutes: longer than the shortest length")
    return body


def read_reflection(files: Files, name: str, item: Plan, _shelf: Shelf) -> Body:
    front, markdown = _markdown(files, name, item, schemas.REFLECTION)
    _unique(files, name, "questions", front.get("questions", []))
    return {"prompt": markdown, "questions": front.get("questions", [])}


def read_scenario(files: Files, name: str, item: Plan, _shelf: Shelf) -> Body:
    body = _yaml(files, name, item, schemas.SCENARIO)
    for reason in graph_problems(body) if body else []:
        files.problem(name, reason)
    return body


def read_check(files: Files, name: str, item: Plan, _shelf: Shelf) -> Body:
    body = _yaml(files, name, item, schemas.QUIZ)
    _unique(files, name, "questions", body.get("questions", []))
    for question in body.get("questions", ()):
        place = f"questions/{question['id']}"
        _unique(files, name, place, question["options"])
        question.setdefault("multiple", False)
        correct = sum(option.setdefault("correct", False) for option in question["options"])
        if question["multiple"] and correct < 2:
            files.problem(name, f"{place}: 'multiple' needs two correct options or more")
        if not question["multiple"] and correct != 1:
            files.problem(name, f"{place}: needs exactly one correct option, has {correct}")
    return body


def read_field_log(files: Files, name: str, item: Plan, _shelf: Shelf) -> Body:
    front, markdown = _markdown(files, name, item, schemas.FIELD_LOG)
    _unique(files, name, "fields", front.get("fields", []))
    _unique(files, name, "situations", front.get("situations", []))
    for entry in front.get("fields", ()):
        if (entry["kind"] == "text") == ("options" in entry):
            files.problem(name, f"fields/{entry['id']}: options belong to choice and scale only")
    return {"prompt": markdown, **front}


def read_observation(files: Files, name: str, item: Plan, shelf: Shelf) -> Body:
    front, markdown = _markdown(files, name, item, schemas.OBSERVATION)
    rubric = shelf.rubrics.get(front.get("rubric", ""))
    if front and not rubric:
        files.problem(name, f"rubric: no valid rubrics/{front['rubric']}.yaml")
    behaviors = rubric["behaviors"] if rubric else []
    _unique(files, name, "behaviors", behaviors)
    if rubric and rubric["passing"] > len(behaviors):
        files.problem(name, "rubric: passing asks for more behaviors than there are")
    return {"prompt": markdown, "rubric": rubric or {}}


def read_live(files: Files, name: str, item: Plan, shelf: Shelf) -> Body:
    front, markdown = _markdown(files, name, item, schemas.LIVE)
    guide = shelf.sessions.get(front.get("session", ""))
    if front and guide is None:
        files.problem(name, f"session: no sessions/{front['session']}.md")
    if guide and guide.get("minutes") != item["minutes"]:
        files.problem(name, "minutes: differ from those of the session guide")
    return {"session": front.get("session", ""), "prompt": markdown}


def read_thread(files: Files, name: str, item: Plan, _shelf: Shelf) -> Body:
    front, markdown = _markdown(files, name, item, schemas.THREAD)
    return {"prompt": markdown, "posts_min": front.get("posts_min", 1)}


BODY_READERS: dict[str, Callable[[Files, str, Plan, Shelf], Body]] = {
    "reading": read_reading,
    "practice": read_practice,
    "reflection": read_reflection,
    "scenario": read_scenario,
    "check": read_check,
    "field_log": read_field_log,
    "observation": read_observation,
    "live": read_live,
    "thread": read_thread,
}


def _yaml(files: Files, name: str, item: Plan, schema: Schema) -> Body:
    return _without_id(files, name, item, files.yaml(name, schema))


def _markdown(files: Files, name: str, item: Plan, schema: Schema) -> tuple[Body, str]:
    front, markdown = files.markdown(name, schema)
    return _without_id(files, name, item, front), markdown


def _without_id(files: Files, name: str, item: Plan, value: Body | None) -> Body:
    if value is None:
        return {}
    if value["id"] != item["id"]:
        files.problem(name, f"id: is '{value['id']}', but module.yaml says '{item['id']}'")
    return {key: part for key, part in value.items() if key != "id"}


def _unique(files: Files, name: str, place: str, entries: list[dict[str, Any]]) -> None:
    keys = [entry["id"] for entry in entries]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        files.problem(name, f"{place}: id '{key}' is used twice")
