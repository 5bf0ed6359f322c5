"""JSON Schema (draft 2020-12) of an instrument's file; `instruments.faults` checks what it cannot."""

from __future__ import annotations

from typing import Any

from outcomes.engine.instruments import DIRECTIONS, KINDS, LICENCE_CLASSES, METHODS, TEXT_STATUSES

Schema = dict[str, Any]

_KEY: Schema = {"type": "string", "pattern": "^[a-z][a-z0-9_-]{0,39}$"}
_ITEM_ID: Schema = {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$"}
_TEXT: Schema = {"type": "string", "pattern": "\\S", "maxLength": 1000}
_NUMBER: Schema = {"type": "number"}


def _closed(required: dict[str, Schema], optional: dict[str, Schema] | None = None) -> Schema:
    """An object with exactly these keys: an unknown key is a typing error, not a comment."""
    return {
        "type": "object",
        "properties": required | (optional or {}),
        "required": list(required),
        "additionalProperties": False,
    }


def _many(items: Schema, *, at_least: int = 1) -> Schema:
    return {"type": "array", "items": items, "minItems": at_least, "maxItems": 300}


_SOURCED: dict[str, Schema] = {"source": _TEXT, "verified": {"type": "boolean"}}
_SCALE = _closed(
    {},
    {
        "options": _many(
            _closed({"value": _NUMBER, "label": _TEXT}, {"opens_support": {"type": "boolean"}})
        ),
        "min": _NUMBER,
        "max": _NUMBER,
        "not_applicable": _TEXT,
    },
) | {"anyOf": [{"required": ["options"]}, {"required": ["min", "max"]}]}
_ITEM = _closed(
    {"id": _ITEM_ID},
    {"text": _TEXT, "kind": {"enum": KINDS}, "scale": _KEY, "reverse": {"type": "boolean"}},
)
_SUBSCALE = _closed(
    {
        "key": _KEY,
        "title": _TEXT,
        "items": _many(_ITEM_ID),
        "method": {"enum": METHODS},
        "range": {"type": "array", "items": _NUMBER, "minItems": 2, "maxItems": 2},
        "direction": {"enum": DIRECTIONS},
    },
    {
        "missing": {
            "oneOf": [
                _closed({"at_least": {"type": "integer", "minimum": 1}}),
                _closed({"share": {"type": "number", "exclusiveMinimum": 0, "maximum": 1}}),
            ]
        },
        "multiplier": _NUMBER,
        "reported": {"type": "boolean"},
        "reliability": _closed({"type": _TEXT, "value": _NUMBER}, _SOURCED),
        "norms": _closed({"mean": _NUMBER, "sd": _NUMBER}, _SOURCED),
        "reliable_change": {
            "oneOf": [
                _closed({"sd": _NUMBER, "r": _NUMBER}, _SOURCED),
                _closed({"mdc": _many(_NUMBER)}, _SOURCED),
            ]
        },
        "threshold": _closed({"at_least": _NUMBER, "words": _TEXT}, _SOURCED),
    },
)

INSTRUMENT: Schema = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Instrument",
} | _closed(
    {
        "schema": {"const": "rapport-instrument/1"},
        "id": _KEY,
        "version": {"type": "string", "pattern": "^(0|[1-9][0-9]*)(\\.(0|[1-9][0-9]*)){2}$"},
        "title": _TEXT,
        "licence": _closed(
            {"class": {"enum": LICENCE_CLASSES}, "name": _TEXT, "attribution": _TEXT}
        ),
        "text_status": {"enum": TEXT_STATUSES},
        "items": _many(_ITEM),
        "subscales": _many(_SUBSCALE, at_least=0),
    },
    {
        "name": _TEXT,
        "purpose": _TEXT,
        "instructions": _TEXT,
        "level": {"type": "integer", "minimum": 1, "maximum": 4},
        "scales": {"type": "object", "additionalProperties": _SCALE},
        "presentation_order": _many(_ITEM_ID),
        "optional_items": _many(_ITEM_ID),
    },
)
