"""A questionnaire of the practice's own while it is written: a list of questions, then a definition.

A question is a mapping: id, kind (likert, number, choice, text), text; `answers` (labels in order)
for likert and choice; `low` and `high` for number; `counts` and `reverse` for likert.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Question = dict[str, Any]
MOST_QUESTIONS = 60
LEAST_REPORTED = 3  # a mean of two answers says too little of anybody
AGREEMENT = ("Not at all", "A little", "Somewhat", "Mostly", "Fully")


def next_id(questions: Sequence[Question]) -> str:
    """An id that no question of this list has."""
    numbers = [int(one["id"][1:]) for one in questions]
    return f"q{max(numbers, default=0) + 1}"


def with_question(questions: Sequence[Question], question: Question) -> list[Question]:
    """Put `question` in place of the one with its id, or at the end."""
    if any(one["id"] == question["id"] for one in questions):
        return [question if one["id"] == question["id"] else one for one in questions]
    return [*questions, question]


def moved(questions: Sequence[Question], key: str, by: int) -> list[Question]:
    """Move a question up (-1) or down (1); at an end, or gone, nothing changes."""
    changed = list(questions)
    at = next((place for place, one in enumerate(changed) if one["id"] == key), None)
    if at is None or not 0 <= at + by < len(changed):
        return changed
    changed.insert(at + by, changed.pop(at))
    return changed


def without(questions: Sequence[Question], key: str) -> list[Question]:
    return [one for one in questions if one["id"] != key]


def counted(questions: Sequence[Question]) -> list[Question]:
    """The questions whose answers make the value."""
    return [one for one in questions if one["kind"] == "likert" and one.get("counts")]


def draft_faults(questions: Sequence[Question]) -> list[str]:
    """Codes of what stands in the way of publishing: "empty", "uneven"."""
    found = [] if questions else ["empty"]
    if len({len(one["answers"]) for one in counted(questions)}) > 1:
        found.append("uneven")  # a mean over scales of different length means nothing
    return found


def to_definition(
    *,
    key: str,
    version: str,
    title: str,
    purpose: str,
    instructions: str,
    direction: str,
    questions: Sequence[Question],
) -> dict[str, Any]:
    """Return the definition of a draft without faults."""
    definition: dict[str, Any] = {
        "schema": "rapport-instrument/1",
        "id": key,
        "version": version,
        "title": title,
        "licence": {"class": "own", "name": "our own", "attribution": "Our own, not validated."},
        "text_status": "shipped",
        "scales": {f"s-{one['id']}": _scale(one) for one in questions if one["kind"] != "text"},
        "items": [_item(one) for one in questions],
        "subscales": [],
    }
    if purpose:
        definition["purpose"] = purpose
    if instructions:
        definition["instructions"] = instructions
    if made := counted(questions):
        definition["subscales"] = [
            {
                "key": "total",
                "title": title,
                "items": [one["id"] for one in made],
                "method": "mean",
                "range": [1, len(made[0]["answers"])],
                "direction": direction,
                "reported": len(made) >= LEAST_REPORTED,
            }
        ]
    return definition


def _item(question: Question) -> dict[str, Any]:
    item = {"id": question["id"], "text": question["text"], "kind": question["kind"]}
    if question["kind"] != "text":
        item["scale"] = f"s-{question['id']}"
    if question.get("reverse") and question.get("counts"):
        item["reverse"] = True
    return item


def _scale(question: Question) -> dict[str, Any]:
    if question["kind"] == "number":
        return {"min": question["low"], "max": question["high"]}
    labels = enumerate(question["answers"], start=1)
    return {"options": [{"value": value, "label": label} for value, label in labels]}


def from_definition(definition: Mapping[str, Any]) -> list[Question]:
    """Return the questions of a published questionnaire of our own, to write its next version."""
    made = {key for subscale in definition["subscales"] for key in subscale["items"]}
    return [_question(item, definition, item["id"] in made) for item in definition["items"]]


def _question(item: Mapping[str, Any], definition: Mapping[str, Any], counts: bool) -> Question:
    question: Question = {"id": item["id"], "kind": item["kind"], "text": item["text"]}
    if item["kind"] == "text":
        return question
    scale = definition["scales"][item["scale"]]
    if item["kind"] == "number":
        return question | {"low": scale["min"], "high": scale["max"]}
    question["answers"] = [option["label"] for option in scale["options"]]
    if item["kind"] == "likert":
        question |= {"counts": counts, "reverse": bool(item.get("reverse"))}
    return question
