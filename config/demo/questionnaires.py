"""A questionnaire of the practice's own, half written."""

from __future__ import annotations

from outcomes.engine.questionnaires import AGREEMENT
from outcomes.services.questionnaires import put_question, start_questionnaire

STEPS = {"kind": "likert", "answers": list(AGREEMENT), "counts": True, "reverse": False}
QUESTIONS = (
    {"text": "On our unit people let each other finish.", **STEPS},
    {"text": "After a hard shift somebody asks how I am.", **STEPS},
    {"text": "I keep worries about a patient to myself.", **STEPS, "reverse": True},
    {"text": "What would help you most next month?", "kind": "text"},
)


def make_questionnaire() -> None:
    draft = start_questionnaire(
        title="Our team this month",
        purpose="How people on a unit talk with each other.",
        instructions="Think of the last four weeks.",
    )
    for question in QUESTIONS:
        put_question(draft=draft, question=dict(question))
