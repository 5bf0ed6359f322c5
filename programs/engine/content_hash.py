"""One byte sequence per content, so that a version can be recognized and never silently change."""

import dataclasses
import hashlib
import json
import unicodedata
from typing import Any

from programs.engine.content import ProgramContent, program_from_dict


def canonical_json(value: Any) -> str:
    """JSON with sorted keys, no spaces, NFC text and LF line ends: equal meaning, equal text."""
    return json.dumps(
        _normal(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def canonical_program(program: ProgramContent) -> str:
    """The text to store with a version; `read_canonical` turns it back into the program."""
    return canonical_json(_without_defaults(dataclasses.asdict(program)))


def read_canonical(text: str) -> ProgramContent:
    return program_from_dict(json.loads(text))


def content_hash(program: ProgramContent) -> str:
    """SHA-256 of the canonical JSON, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical_program(program).encode()).hexdigest()


def _without_defaults(program: dict[str, Any]) -> dict[str, Any]:
    """Parts that came later are left out where unused, so that no older edition's hash moves."""
    if program["safety"] is None:
        del program["safety"]
    for module in program["modules"]:
        for item in module["items"]:
            if item["sittings"] == 1:
                del item["sittings"]
            if item["home"] is None:
                del item["home"]
    return program


def _normal(value: Any) -> Any:
    if isinstance(value, str):
        text = value.replace("\r\n", "\n").replace("\r", "\n")
        return unicodedata.normalize("NFC", text)
    if isinstance(value, dict):
        return {_normal(key): _normal(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_normal(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)  # "pass: 1.0" and "pass: 1" mean the same
    return value
