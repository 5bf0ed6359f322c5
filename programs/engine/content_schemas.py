"""JSON Schemas (draft 2020-12) of the curriculum's files, one per kind of file.

They hold shape and vocabulary. What needs more than one place at a time (links of a graph, known
`requires`, totals) is checked in `content.py` and `content_bodies.py`.
"""

from typing import Any

Schema = dict[str, Any]

KEY: Schema = {"type": "string", "pattern": "^[a-z][a-z0-9_-]{0,39}$"}
TEXT: Schema = {"type": "string", "pattern": "\\S"}
RATE: Schema = {"type": "number", "minimum": 0, "maximum": 1}
MINUTES: Schema = {"type": "integer", "minimum": 1, "maximum": 480}
KINDS = (
    "reading",
    "practice",
    "reflection",
    "scenario",
    "check",
    "field_log",
    "observation",
    "live",
    "thread",
)
MOVES = ("name", "understand", "respect", "support", "explore")
END_KINDS = ("met", "partly", "missed")


def closed(required: dict[str, Schema], optional: dict[str, Schema] | None = None) -> Schema:
    """An object with exactly these keys: an unknown key is a typing error, not a comment."""
    return {
        "type": "object",
        "properties": required | (optional or {}),
        "required": list(required),
        "additionalProperties": False,
    }


def many(items: Schema, *, at_least: int = 1) -> Schema:
    return {"type": "array", "items": items, "minItems": at_least}


ANCHOR: Schema = closed(
    {
        "anchor": {
            "type": "string",
            "pattern": "^(cohort_start|enrolled|session:[a-z][a-z0-9_-]*)$",
        },
        "offset": {"type": "string", "pattern": "^-?P[0-9]{1,3}[DW]$"},
    },
    {"at": {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}},
)

PROGRAM: Schema = closed(
    {
        "schema": {"const": "empathy-program/1"},
        "slug": KEY,
        "version": {"type": "string", "pattern": "^(0|[1-9][0-9]*)(\\.(0|[1-9][0-9]*)){2}$"},
        "title": TEXT,
        "summary": TEXT,
        "aim": TEXT,
        "audience": TEXT,
        "license": TEXT,
        "evidence": many(
            closed(
                {"text": TEXT, "source": TEXT, "design": TEXT, "n": TEXT, "limit": TEXT},
                {"estimate": TEXT},
            )
        ),
        "completion": closed(
            {"required_items": {"const": "all"}, "attendance_min": RATE, "checks_min": RATE}
        ),
        "modules": many(closed({"id": KEY, "dir": TEXT, "release": ANCHOR, "due": ANCHOR})),
    },
    {"safety": {"const": "safety.md"}},
)

# Home practice of one week: on how many days, and the minutes a day of each track.
HOME: Schema = closed(
    {
        "days": {"type": "integer", "minimum": 1, "maximum": 7},
        "full": MINUTES,
        "short": MINUTES,
    }
)

MODULE: Schema = closed(
    {
        "title": TEXT,
        "summary": TEXT,
        "objectives": many(closed({"id": KEY, "text": TEXT})),
        "items": many(
            closed(
                {
                    "id": KEY,
                    "title": TEXT,
                    "file": TEXT,
                    "kind": {"enum": list(KINDS)},
                    "minutes": MINUTES,
                    "required": {"type": "boolean"},
                },
                {
                    "requires": many(KEY, at_least=0),
                    "objectives": many(KEY, at_least=0),
                    "sittings": {"type": "integer", "minimum": 1, "maximum": 14},
                    "home": HOME,
                },
            )
        ),
    }
)

CHOICE: Schema = closed(
    {
        "id": KEY,
        "text": TEXT,
        "code": {"enum": ["continuer", "terminator"]},
        "to": KEY,
        "feedback": TEXT,
    },
    {"move": {"enum": list(MOVES)}},
)
CUE: Schema = closed({"kind": {"enum": ["clue", "stated", "none"]}}, {"emotion": TEXT})
NODE: Schema = {
    "oneOf": [
        closed(
            {
                "says": closed({"who": TEXT, "text": TEXT}),
                "cue": CUE,
                "choices": many(CHOICE, at_least=2),
            },
            {"scene": TEXT},
        ),
        closed(
            {"end": {"enum": list(END_KINDS)}, "summary": TEXT},
            {"rewind": KEY, "scene": TEXT, "says": closed({"who": TEXT, "text": TEXT})},
        ),
    ]
}
SCENARIO: Schema = closed(
    {
        "id": KEY,
        "setting": TEXT,
        "role": TEXT,
        "start": KEY,
        "nodes": {"type": "object", "propertyNames": KEY, "additionalProperties": NODE},
    },
    {"closing": TEXT},
)

QUIZ: Schema = closed(
    {
        "id": KEY,
        "pass": RATE,
        "questions": many(
            closed(
                {
                    "id": KEY,
                    "objective": KEY,
                    "stem": TEXT,
                    "options": many(
                        closed(
                            {"id": KEY, "text": TEXT, "feedback": TEXT},
                            {"correct": {"type": "boolean"}},
                        ),
                        at_least=2,
                    ),
                },
                {"multiple": {"type": "boolean"}},
            )
        ),
    },
    {"intro": TEXT},
)

PRACTICE: Schema = closed(
    {
        "id": KEY,
        "intro": TEXT,
        "done_minutes": MINUTES,
        "lengths": many(MINUTES),
        "script": many(
            closed({"at_seconds": {"type": "integer", "minimum": 0}, "text": TEXT}), at_least=2
        ),
        "variants": many(closed({"id": KEY, "label": TEXT, "text": TEXT})),
        "text_alternative": TEXT,
    }
)

RUBRIC: Schema = closed(
    {
        "id": KEY,
        "title": TEXT,
        "intro": TEXT,
        "passing": {"type": "integer", "minimum": 1},
        "ratings": many(closed({"id": KEY, "label": TEXT, "text": TEXT}), at_least=2),
        "behaviors": many(
            closed(
                {
                    "id": KEY,
                    "stage": TEXT,
                    "title": TEXT,
                    "looks_like": many(TEXT),
                    "not_yet": TEXT,
                    "evidence_prompt": TEXT,
                }
            )
        ),
    }
)

LABELED: Schema = closed(
    {"id": KEY, "label": TEXT}, {"hint": TEXT, "optional": {"type": "boolean"}}
)
FIELD: Schema = closed(
    {"id": KEY, "label": TEXT, "kind": {"enum": ["text", "choice", "scale"]}},
    {
        "hint": TEXT,
        "optional": {"type": "boolean"},
        "options": many(closed({"id": KEY, "label": TEXT}), at_least=2),
    },
)

# Front matter of the Markdown files.
READING: Schema = closed({"id": KEY}, {"sources": many(TEXT)})
REFLECTION: Schema = closed({"id": KEY, "questions": many(LABELED)})
FIELD_LOG: Schema = closed(
    {
        "id": KEY,
        "entries_min": {"type": "integer", "minimum": 1, "maximum": 20},
        "notice": TEXT,
        "situations": many(closed({"id": KEY, "label": TEXT}), at_least=2),
        "fields": many(FIELD),
    }
)
OBSERVATION: Schema = closed({"id": KEY, "rubric": KEY})
LIVE: Schema = closed({"id": KEY, "session": KEY})
THREAD: Schema = closed({"id": KEY, "posts_min": {"type": "integer", "minimum": 1, "maximum": 20}})
SAFETY: Schema = closed(
    {"title": TEXT, "confirm": TEXT, "check_in": TEXT, "help": TEXT},
    {"qualification": closed({"key": KEY, "label": TEXT})},
)
SESSION: Schema = closed(
    {"id": KEY, "title": TEXT, "minutes": MINUTES, "outcomes": many(TEXT), "materials": many(TEXT)}
)
