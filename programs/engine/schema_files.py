"""The curriculum's schemas as files, for editors that check while one types."""

from __future__ import annotations

import json
from typing import Any

from programs.engine import content_schemas as schemas

DIALECT = "https://json-schema.org/draft/2020-12/schema"
# File name -> (what it describes, schema). Front matter is what stands between the --- lines.
_FILES: dict[str, tuple[str, schemas.Schema]] = {
    "program": ("program.yaml", schemas.PROGRAM),
    "module": ("modules/*/module.yaml", schemas.MODULE),
    "scenario": ("*.scenario.yaml", schemas.SCENARIO),
    "quiz": ("*.quiz.yaml", schemas.QUIZ),
    "practice": ("*.practice.yaml", schemas.PRACTICE),
    "rubric": ("rubrics/*.yaml", schemas.RUBRIC),
    "reading": ("front matter of a reading", schemas.READING),
    "reflection": ("front matter of a reflection", schemas.REFLECTION),
    "field-log": ("front matter of a field log", schemas.FIELD_LOG),
    "observation": ("front matter of an observation", schemas.OBSERVATION),
    "live": ("front matter of a live session's page", schemas.LIVE),
    "thread": ("front matter of a group exchange", schemas.THREAD),
    "session": ("front matter of sessions/*.md", schemas.SESSION),
}


def schema_files() -> dict[str, str]:
    """Return each file's name and text, as they lie in `curriculum/schema/`."""
    return {f"{name}.schema.json": _text(name, *entry) for name, entry in _FILES.items()}


def _text(name: str, title: str, schema: schemas.Schema) -> str:
    head: dict[str, Any] = {"$schema": DIALECT, "$id": f"{name}.schema.json", "title": title}
    return json.dumps(head | schema, indent=2) + "\n"
