"""Bodies of every kind of item, as small as the player can show, for tests."""

from typing import Any

from programs.models import Item
from programs.tests.factories import READING_BODY, REFLECTION_BODY

TWO_QUESTIONS = {
    "prompt": "Think of one **patient**.",
    "questions": [
        {"id": "noticed", "label": "What did you notice?"},
        {"id": "next", "label": "What next?", "optional": True},
    ],
}

BODIES: dict[str, dict[str, Any]] = {
    Item.Kind.READING: READING_BODY,
    Item.Kind.REFLECTION: REFLECTION_BODY,
    Item.Kind.PRACTICE: {
        "intro": "Sit down.",
        "script": [{"at_seconds": 0, "text": "Arrive."}, {"at_seconds": 60, "text": "Breathe."}],
        "done_minutes": 3,
        "lengths": [3, 5],
        "variants": [{"id": "seated", "label": "Seated", "text": "On a chair."}],
        "text_alternative": "The same in words.",
    },
    Item.Kind.SCENARIO: {
        "setting": "A ward at night.",
        "role": "You are the nurse.",
        "start": "open",
        "nodes": {
            "open": {
                "says": {"who": "patient", "text": "My mother had this same scan."},
                "cue": {"kind": "clue", "emotion": "fear"},
                "choices": [
                    {
                        "id": "a",
                        "text": "Your scan shows a nodule.",
                        "code": "terminator",
                        "to": "quiet",
                        "feedback": "It leaves the fear where it was.",
                    },
                    {
                        "id": "b",
                        "text": "Her scan is on your mind.",
                        "code": "continuer",
                        "move": "name",
                        "to": "opens",
                        "feedback": "You named it.",
                    },
                ],
            },
            "quiet": {"end": "missed", "rewind": "open", "summary": "It went quiet."},
            "opens": {"end": "met", "summary": "She talked."},
        },
    },
    Item.Kind.CHECK: {
        "pass": 0.7,
        "questions": [
            {
                "id": "q1",
                "objective": "cues",
                "stem": "Which is a clue?",
                "multiple": False,
                "options": [
                    {"id": "a", "text": "This one", "correct": True, "feedback": "Yes, a clue."},
                    {"id": "b", "text": "That one", "correct": False, "feedback": "No clue there."},
                ],
            },
            {
                "id": "q2",
                "objective": "cues",
                "stem": "Which two help?",
                "multiple": True,
                "options": [
                    {"id": "a", "text": "Waiting", "correct": True, "feedback": "It helps."},
                    {"id": "b", "text": "Naming", "correct": True, "feedback": "It helps too."},
                    {"id": "c", "text": "Leaving", "correct": False, "feedback": "It does not."},
                ],
            },
        ],
    },
    Item.Kind.FIELD_LOG: {
        "prompt": "Watch one moment.",
        "entries_min": 2,
        "notice": "Leave out anything that could point to a patient.",
        "situations": [
            {"id": "routine", "label": "Routine care"},
            {"id": "family", "label": "Family in the room"},
        ],
        "fields": [
            {"id": "tried", "label": "What did you try", "kind": "text"},
            {
                "id": "strength",
                "label": "How strong was it",
                "kind": "scale",
                "options": [{"id": "1", "label": "faint"}, {"id": "2", "label": "strong"}],
            },
        ],
    },
    Item.Kind.OBSERVATION: {
        "prompt": "Ask someone to watch.",
        "rubric": {
            "id": "six",
            "title": "Seen doing it",
            "intro": "Mark what you saw.",
            "passing": 1,
            "ratings": [
                {"id": "seen", "label": "Seen", "text": "It was there."},
                {"id": "not_seen", "label": "Not seen", "text": "There was room for it."},
                {"id": "no_occasion", "label": "No occasion", "text": "It was not called for."},
            ],
            "behaviors": [
                {
                    "id": "named",
                    "stage": "empathy",
                    "title": "Names the feeling",
                    "looks_like": ["says it in words"],
                    "not_yet": "passes it by",
                    "evidence_prompt": "Which words?",
                }
            ],
        },
    },
    Item.Kind.LIVE: {"session": "start", "prompt": "Bring a moment."},
    Item.Kind.THREAD: {"prompt": "Share one sentence.", "posts_min": 1},
}
