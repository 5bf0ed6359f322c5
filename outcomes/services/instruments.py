"""Bring instruments into the database: checked, hashed, never changed afterwards."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from jsonschema import Draft202012Validator

from outcomes.engine.instrument_schema import INSTRUMENT
from outcomes.engine.instruments import faults
from outcomes.models import Instrument

MAX_BYTES = 1_000_000
_validator = Draft202012Validator(INSTRUMENT)


@dataclass(frozen=True)
class ImportOutcome:
    status: str  # "imported", "unchanged" or "refused"
    reasons: tuple[str, ...] = ()
    instrument: Instrument | None = None


def fingerprint(definition: Mapping[str, Any]) -> str:
    """SHA-256 of a definition as canonical JSON: layout and comments of its file do not count."""
    text = json.dumps(definition, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def import_instrument(*, path: Path) -> ImportOutcome:
    """Import `instruments/<id>/<version>.yaml`. The same content again changes nothing.

    Refused, with reasons: no such file, not YAML, not to the schema, contradicting itself, named
    otherwise than its folder and file, or other content under a version that is there already.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        return ImportOutcome("refused", (f"cannot be read: {error.strerror}",))
    if len(raw) > MAX_BYTES:
        return ImportOutcome("refused", ("larger than a megabyte",))
    try:
        definition = yaml.safe_load(raw)
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError) as error:
        return ImportOutcome("refused", (f"not YAML: {' '.join(str(error).split())[:200]}",))
    named = {"id": path.parent.name, "version": path.stem}
    if isinstance(definition, dict) and definition | named != definition:
        return ImportOutcome("refused", ("folder and file must be named by id and version",))
    return keep_instrument(definition=definition)


@transaction.atomic
def keep_instrument(*, definition: Any, source: str = Instrument.Source.SHIPPED) -> ImportOutcome:
    """Check a definition and keep it as a version of its instrument."""
    found = tuple(
        f"{error.json_path}: {error.message[:200]}"
        for error in sorted(_validator.iter_errors(definition), key=lambda error: error.json_path)
    )
    if found := found or tuple(faults(definition)):
        return ImportOutcome("refused", found[:20])
    digest = fingerprint(definition)
    instrument, made = Instrument.objects.get_or_create(
        key=definition["id"],
        version=definition["version"],
        defaults={
            "title": definition["title"],
            "source": source,
            "definition": definition,
            "sha256": digest,
        },
    )
    if instrument.sha256 != digest:
        return ImportOutcome(
            "refused", (f"version {instrument.version} is there with other content: raise it",)
        )
    return ImportOutcome("imported" if made else "unchanged", (), instrument)
