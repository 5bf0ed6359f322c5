"""The wording of a licensed instrument as its customer supplies it: a flat mapping, merged for showing.

Keys are item ids, and `scale.value` for the label of an answer ("answers.0": "Never"). Only texts
and labels come from it; scoring keys stay those of the definition.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import yaml

from outcomes.engine.instruments import Definition, Item, Scale

MAX_LENGTH = 1000


def read_wording(raw: bytes, *, is_yaml: bool) -> dict[str, str]:
    """Read a file of texts: CSV with the columns id and text, or a YAML mapping of the same.

    Raises:
        ValueError: it is not such a file; the message says why.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("not UTF-8 text") from None
    if "\0" in text:
        raise ValueError("no text file: it holds NUL characters")
    return _from_yaml(text) if is_yaml else _from_csv(text)


def _from_yaml(text: str) -> dict[str, str]:
    try:
        # BaseLoader: "1.0" stays "1.0", "no" stays "no".
        found = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506  # makes strings only
    except (yaml.YAMLError, RecursionError):
        raise ValueError("not YAML") from None
    if not isinstance(found, dict) or not all(
        isinstance(key, str) and isinstance(value, str) for key, value in found.items()
    ):
        raise ValueError("not a mapping of ids to texts")
    return {key.strip(): " ".join(value.split()) for key, value in found.items()}


def _from_csv(text: str) -> dict[str, str]:
    head = text.split("\n", 1)[0]
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=";" if head.count(";") > head.count(",") else ","
    )
    try:
        rows = [row for row in reader if any(cell.strip() for cell in row)]
    except csv.Error:
        raise ValueError("not CSV") from None
    if not rows or [cell.strip().lower() for cell in rows[0]] != ["id", "text"]:
        raise ValueError("its first line must be: id,text")
    if crooked := [row for row in rows[1:] if len(row) != len(rows[0])]:
        raise ValueError(f"needs two columns: {crooked[0][0][:40]}")
    keys = [row[0].strip() for row in rows[1:]]
    if twice := sorted(key for key, count in Counter(keys).items() if count > 1):
        raise ValueError(f"there twice: {twice[0][:40]}")
    return {row[0].strip(): " ".join(row[1].split()) for row in rows[1:]}


def wording_faults(definition: Definition, wording: Mapping[str, str]) -> list[str]:
    """Say what is amiss with a wording: items without text, unknown ids, texts too long."""
    known = {item.key for item in definition.items} | {
        f"{item.scale.key}.{option.value:g}"
        for item in definition.items
        if item.scale
        for option in item.scale.options
    }
    found = [f"no text: {key}" for key in missing_texts(definition, wording)]
    found += [f"unknown: {key[:40]}" for key in wording if key not in known]
    found += [
        f"longer than {MAX_LENGTH}: {key}"
        for key, text in wording.items()
        if len(text) > MAX_LENGTH
    ]
    return found


def missing_texts(definition: Definition, wording: Mapping[str, str]) -> list[str]:
    """Item ids for which neither the definition nor the wording has a text."""
    return [item.key for item in definition.items if not (item.text or wording.get(item.key))]


def with_wording(definition: Definition, wording: Mapping[str, str]) -> Definition:
    """Return the definition with the customer's texts where it has none of its own."""
    if not wording:
        return definition
    return replace(definition, items=tuple(_item(item, wording) for item in definition.items))


def _item(item: Item, wording: Mapping[str, str]) -> Item:
    scale = item.scale and _scale(item.scale, wording)
    return replace(item, text=item.text or wording.get(item.key, ""), scale=scale)


def _scale(scale: Scale, wording: Mapping[str, str]) -> Scale:
    options = tuple(
        replace(option, label=wording.get(f"{scale.key}.{option.value:g}") or option.label)
        for option in scale.options
    )
    return replace(scale, options=options)
