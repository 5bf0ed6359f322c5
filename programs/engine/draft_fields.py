"""A part of a draft as a flat list of form lines, made from its JSON Schema, and back.

A path joins keys and row numbers with dots: `questions.0.options.1.text`. Ids are shown and never
written: an item's identity must not change under somebody's answers, and no file name is typed.
"""

import copy
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from programs.engine.content_schemas import Schema

LONG = {"text", "markdown", "summary", "aim", "intro", "prompt", "feedback", "scene", "setting"} | {
    "stem", "looks_like", "not_yet", "closing", "text_alternative", "notice", "limit", "help",
}  # fmt: skip
MARKDOWN = {"markdown", "prompt", "text_alternative"}
Known = Mapping[str, Mapping[str, str]]  # name of a field -> id -> words
FIXED = {"id", "slug", "schema", "required_items", "version"}


# What an author reads instead of a field's name, where the name is not a word for it.
WORDS = {
    "markdown": "Text (Markdown)",
    "prompt": "Text (Markdown)",
    "text_alternative": "In place of the timer (Markdown)",
    "n": "Number of people",
    "requires": "Opens after",
    "safety": "Read before week 1 (empty if nothing is)",
    "confirm": "What is confirmed",
    "check_in": "Question of each week",
    "sittings": "How often it is done",
    "home": "Home practice (empty if none)",
    "days": "Days a week",
    "full": "Minutes a day, full",
    "short": "Minutes a day, short",
    "to": "Leads to",
    "rewind": "Try again from",
    "who": "Who says it",
    "stem": "Question",
    "pass": "Share of right answers to pass",
    "at": "At (local time)",
    "offset": "Offset (P7D: seven days after)",
    "correct": "Right answer?",
    "multiple": "Several right answers?",
    "move": "Move (continuers only)",
}


def words(name: str) -> str:
    return WORDS.get(name, name.replace("_", " ").capitalize())


@dataclass(frozen=True)
class Line:
    """`control`: heading, add, fixed, text, long, markdown, number or select."""

    path: str
    label: str
    control: str
    depth: int
    value: Any = ""
    options: tuple[str, ...] = ()
    in_list: bool = False
    names: Mapping[str, str] = field(default_factory=dict)  # option -> words, where it is an id

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [(option, self.names.get(option) or option) for option in self.options]

    @property
    def words(self) -> str:
        return words(self.label)


def lines(schema: Schema, value: Any, *, known: Known, path: str = "") -> list[Line]:
    """`known` offers what references can point to by the name of their field (`to`, `objective`)."""
    return list(_walk(_fit(schema, value), value, path, path.count("."), known, in_list=False))


def applied(schema: Schema, value: Any, data: Mapping[str, str], path: str = "") -> Any:
    """A copy of `value` with what `data` says at each path; paths that do not exist are ignored."""
    schema = _fit(schema, value)
    if schema.get("type") == "object":
        found = dict(value or {})
        names = _names(schema, found)
        required = schema.get("required", names)
        for name, child in names.items():
            new = applied(child, found.get(name), data, _join(path, name))
            if name in found or name in required or not _empty(new):
                found[name] = new
            if name not in required and _empty(new) and new is not False:
                found.pop(name, None)
        return found
    if schema.get("type") == "array":
        rows = enumerate(value or [])
        return [applied(schema["items"], row, data, _join(path, place)) for place, row in rows]
    if path not in data or _join("", path).rpartition(".")[2] in FIXED:
        return copy.deepcopy(value)
    typed = _typed(schema, data[path])
    # White space around a text means nothing, and is no change.
    return value if isinstance(value, str) and value.strip() == typed else typed


def row_added(schema: Schema, value: Any, path: str, key: str = "") -> Any:
    """A copy with one more empty row in the list at `path` (or the entry `key` in a map)."""
    value = copy.deepcopy(value)
    inner, holder = _at(schema, value, path, make=True)
    if inner.get("type") == "array":
        taken = {row["id"] for row in holder if isinstance(row, dict) and "id" in row}
        row = blank(inner["items"])
        if isinstance(row, dict) and "id" in row:
            row["id"] = next(f"n{n}" for n in range(1, 10_000) if f"n{n}" not in taken)
        holder.append(row)
    elif "additionalProperties" in inner and key and key not in holder:
        kinds = inner["additionalProperties"]["oneOf"]
        holder[key] = blank(kinds[1 if key.startswith("end") else 0])
    return value


def row_removed(value: Any, path: str) -> Any:
    value = copy.deepcopy(value)
    holder, name = _holder(value, path)
    del holder[name]
    return value


def row_moved(value: Any, path: str, by: int) -> Any:
    value = copy.deepcopy(value)
    holder, place = _holder(value, path)
    if isinstance(holder, list) and 0 <= place + by < len(holder):
        holder.insert(place + by, holder.pop(place))
    return value


def blank(schema: Schema) -> Any:
    """The emptiest value of a schema's shape; faults of it are named when the draft is checked."""
    if "oneOf" in schema:
        return blank(schema["oneOf"][0])
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    match schema.get("type"):
        case "object":
            return {name: blank(schema["properties"][name]) for name in schema.get("required", ())}
        case "array":
            rows = [blank(schema["items"]) for _ in range(schema.get("minItems", 0))]
            for place, row in enumerate(rows, start=1):
                if isinstance(row, dict) and "id" in row:
                    row["id"] = f"n{place}"
            return rows
        case "integer" | "number":
            return schema.get("minimum", 0)
        case "boolean":
            return False
    return ""


def _walk(
    schema: Schema,
    value: Any,
    path: str,
    depth: int,
    known: Known,
    *,
    in_list: bool,
) -> Any:
    name = path.rpartition(".")[2]
    if schema.get("type") == "object":
        if path:
            yield Line(path, _title(path, value), "heading", depth, in_list=in_list)
        for key, child in _names(schema, value or {}).items():
            part = (value or {}).get(key)
            yield from _walk(
                _fit(child, part), part, _join(path, key), depth + 1, known,
                in_list="additionalProperties" in schema and schema["additionalProperties"] != False,  # noqa: E712
            )  # fmt: skip
        if isinstance(schema.get("additionalProperties"), dict):
            yield Line(path, name, "add", depth, value="key")
    elif schema.get("type") == "array":
        yield Line(path, name, "heading", depth)
        for place, row in enumerate(value or []):
            inner = _fit(schema["items"], row)
            yield from _walk(inner, row, _join(path, place), depth + 1, known, in_list=True)
        yield Line(path, name, "add", depth)
    else:
        yield _leaf(schema, value, path, name, depth, known, in_list=in_list)


def _leaf(
    schema: Schema,
    value: Any,
    path: str,
    name: str,
    depth: int,
    known: Known,
    *,
    in_list: bool,
) -> Line:
    shown = {None: "", True: "yes", False: "no"}.get(value, value) if _plain(value) else value
    label = name if not name.isdigit() else path.split(".")[-2]
    if name in FIXED:
        return Line(path, label, "fixed", depth, shown)
    names = known.get(label, {})
    options: tuple[str, ...] = tuple(names)
    if schema.get("type") == "boolean":
        options = ("no", "yes")
        shown = shown or "no"
    elif "enum" in schema:
        options = tuple(schema["enum"])
    if options:
        first = () if name in schema.get("required", ()) else ("",)
        extra = (str(shown),) if str(shown) not in options else ()
        return Line(path, label, "select", depth, shown, (*first, *options, *extra), in_list, names)
    if schema.get("type") in ("integer", "number"):
        return Line(path, label, "number", depth, shown, (), in_list)
    control = "markdown" if label in MARKDOWN else "long" if label in LONG else "text"
    return Line(path, label, control, depth, shown, (), in_list)


def _plain(value: Any) -> bool:
    return value is None or isinstance(value, bool)


def _title(path: str, value: Any) -> str:
    name = path.rpartition(".")[2]
    own = value.get("id", "") if isinstance(value, dict) else ""
    if name.isdigit():
        listed = path.split(".")[-2].rstrip("s")
        return f"{listed} {int(name) + 1}" + (f" ({own})" if own else "")
    return name


def _fit(schema: Schema, value: Any) -> Schema:
    if "oneOf" in schema:
        is_end = isinstance(value, dict) and "end" in value
        return schema["oneOf"][1 if is_end else 0]  # type: ignore[no-any-return]
    return schema


def _names(schema: Schema, value: dict[str, Any]) -> dict[str, Schema]:
    extra = schema.get("additionalProperties")
    if isinstance(extra, dict):
        return {key: _fit(extra, value[key]) for key in value}
    return schema.get("properties", {})  # type: ignore[no-any-return]


def _typed(schema: Schema, text: str) -> Any:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").strip()
    text = text.encode("utf-8", "ignore").decode()
    try:
        match schema.get("type"):
            case "boolean":
                return text == "yes"
            case "integer":
                return int(text)
            case "number":
                return float(text) if math.isfinite(float(text)) else text
    except ValueError:
        return text  # kept as typed, and named as a fault
    return text


def _empty(value: Any) -> bool:
    if isinstance(value, dict):
        return all(_empty(part) for part in value.values())
    return value is None or value is False or value in ("", [])


def _join(path: str, name: object) -> str:
    return f"{path}.{name}" if path else str(name)


def _at(schema: Schema, value: Any, path: str, *, make: bool) -> tuple[Schema, Any]:
    for part in path.split("."):
        schema = _fit(schema, value)
        if schema.get("type") == "array":
            schema, value = schema["items"], value[int(part)]
            continue
        child = _names(schema, value)[part]
        if make and part not in value:
            value[part] = {} if child.get("type") == "object" else []
        schema, value = child, value[part]
    return schema, value


def _holder(value: Any, path: str) -> tuple[Any, Any]:
    *way, last = path.split(".")
    for part in way:
        value = value[int(part)] if isinstance(value, list) else value[part]
    place = int(last) if isinstance(value, list) else last
    if isinstance(place, int) and not 0 <= place < len(value):
        raise IndexError(path)
    return value, place
