"""Parts of a draft, how they are arranged, and what keeps it from being published."""

import copy
import dataclasses
import re
import tempfile
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from programs.engine import content_schemas as schemas
from programs.engine.content import ContentError, ProgramContent, load_program, program_from_dict
from programs.engine.content_diff import change_class
from programs.engine.content_export import write_program
from programs.engine.content_schemas import TEXT, Schema, closed, many
from programs.engine.draft_fields import blank
from programs.engine.draft_keys import key_from
from programs.engine.twee import TweeError, from_twee, to_twee

Content = dict[str, Any]
KEY = re.compile(schemas.KEY["pattern"])

BODIES: dict[str, Schema] = {
    "reading": closed(
        {
            "steps": many(closed({"title": TEXT, "markdown": TEXT})),
            "sources": many(TEXT, at_least=0),
        }
    ),
    "observation": closed({"prompt": TEXT, "rubric": schemas.RUBRIC}),
    "practice": schemas.PRACTICE,
    "scenario": schemas.SCENARIO,
    "check": schemas.QUIZ,
    "reflection": schemas.REFLECTION,
    "field_log": schemas.FIELD_LOG,
    "live": schemas.LIVE,
    "thread": schemas.THREAD,
}
_FRONT = ("reflection", "field_log", "live", "thread")


def body_schema(kind: str) -> Schema:
    """The schema of an item's body: that of its file without the id, with its Markdown."""
    schema = BODIES[kind]
    parts = {name: part for name, part in schema["properties"].items() if name != "id"}
    required = [name for name in schema["required"] if name != "id"]
    if kind in _FRONT:
        parts, required = {"prompt": TEXT} | parts, ["prompt", *required]
    return {**schema, "properties": parts, "required": required}


_ITEM = {
    name: schemas.MODULE["properties"]["items"]["items"]["properties"][name]
    for name in ("title", "minutes", "required", "requires", "objectives")
}
_OFTEN = {
    name: schemas.MODULE["properties"]["items"]["items"]["properties"][name]
    for name in ("sittings", "home")
}
FRAME = ("title", "summary", "aim", "audience", "license", "evidence", "completion")
_PROGRAM = {name: schemas.PROGRAM["properties"][name] for name in FRAME}
_SAFETY = {
    **schemas.SAFETY,
    "properties": {**schemas.SAFETY["properties"], "markdown": TEXT},
    "required": [*schemas.SAFETY["required"], "markdown"],
}
_MODULE = {name: schemas.MODULE["properties"][name] for name in ("title", "summary", "objectives")}


def part_of(content: Content, at: str) -> tuple[Schema, dict[str, Any]]:
    """The schema and the value behind the address `at`: "", "module/item", "module/", "@session".

    Raises:
        KeyError: there is no such part.
    """
    if not at:
        return closed(_PROGRAM, {"safety": _SAFETY}), content
    if at.startswith("@"):
        guide = {**schemas.SESSION["properties"], "markdown": TEXT}
        return closed(guide), content["sessions"][at[1:]]
    module, _, key = at.partition("/")
    owner = _by_key(content["modules"], module)
    if not key:
        anchors = {"release": schemas.ANCHOR, "due": schemas.ANCHOR}
        return closed(_MODULE | anchors), owner
    item = _by_key(owner["items"], key)
    return closed(_ITEM | {"body": body_schema(item["kind"])}, _OFTEN), item


def with_part(content: Content, at: str, value: dict[str, Any]) -> Content:
    content = copy.deepcopy(content)
    _schema, part = part_of(content, at)
    part.clear()
    part.update(value)
    return content


def known_values(content: Content, at: str) -> dict[str, dict[str, str]]:
    """What references of this part can point to, id -> words, by the name of their field."""
    module, _, key = at.partition("/")
    objectives = {
        one["id"]: one["text"] for each in content["modules"] for one in each["objectives"]
    }
    sessions = {one: guide["title"] for one, guide in content["sessions"].items()}
    found = {"objective": objectives, "session": sessions}
    if key:
        owner = _by_key(content["modules"], module)
        item = _by_key(owner["items"], key)
        nodes = dict.fromkeys(item["body"].get("nodes", ()), "")
        found |= dict.fromkeys(("to", "start", "rewind"), nodes)
        earlier = owner["items"][: owner["items"].index(item)]
        found["requires"] = {row["key"]: row["title"] for row in earlier}
        found["objectives"] = {one["id"]: one["text"] for one in owner["objectives"]}
    return found


def free_key(content: Content, at: str, title: str) -> str:
    """An id for a new part at `at`, made of its title. Raises: KeyError: no such module."""
    module = at.partition("/")[0]
    rows = _by_key(content["modules"], module)["items"] if module else content["modules"]
    return key_from(title, taken={row["key"] for row in rows})


def arranged(
    content: Content, do: str, at: str, *, kind: str = "", key: str = "", title: str = ""
) -> Content:
    """A copy after one change of order: `do` is add, remove, up or down.

    Adding at "" makes the module `key`; adding at "module/" makes the item `key` of `kind` there.

    Raises:
        KeyError: no such part, or `key` is no id or is taken.
    """
    content = copy.deepcopy(content)
    module, _, item = at.partition("/")
    rows = _by_key(content["modules"], module)["items"] if module else content["modules"]
    if do == "add":
        if not KEY.match(key) or any(row["key"] == key for row in rows):
            raise KeyError(key)
        row = _item(content, key, kind) if module else _module(key)
        rows.append(row | {"title": title or key})
    else:
        if not item:
            rows = content["modules"]
        place = rows.index(_by_key(rows, item or module))
        if do == "remove":
            del rows[place]
            _drop_guides(content)
        elif do in ("up", "down"):
            rows.insert(max(0, place + (1 if do == "down" else -1)), rows.pop(place))
    for each in (content["modules"], *(each["items"] for each in content["modules"])):
        for position, row in enumerate(each, start=1):
            row["position"] = position
    return content


def twee_of(item: Content) -> str:
    """An item's conversation for Twine."""
    return to_twee({**item["body"], "id": item["key"]}, title=item["title"])


def body_from_twee(text: str) -> Content:
    """A conversation from Twine as an item's body: well-formed, its links not yet checked.

    Raises:
        TweeError: with every fault found.
    """
    body = from_twee(text)
    errors = Draft202012Validator(schemas.SCENARIO).iter_errors(body)
    if reasons := [f"{error.json_path}: {error.message[:200]}" for error in errors]:
        raise TweeError(reasons)
    return {name: part for name, part in body.items() if name != "id"}


def faults(content: Content, *, version: str) -> list[str]:
    """Every reason why the draft cannot be published, as the import of files would name it."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            load_program(written(content, version=version, folder=Path(folder)))
        except ContentError as error:
            return error.reasons
        except FileNotFoundError as error:
            return [f"assets: {error}: only an import of files can publish a program with assets"]
    return []


def written(content: Content, *, version: str, folder: Path) -> Path:
    """Write the draft as the folder that an import reads."""
    program = dataclasses.replace(program_from_dict(content), version=version)
    return write_program(program, folder)


def proposed_version(newest: ProgramContent | None, content: Content) -> tuple[str, str]:
    """The class of the change since `newest` and the next version number for it."""
    if newest is None:
        return "major", "1.0.0"
    try:
        change = change_class(newest, program_from_dict(content))
    except (KeyError, TypeError, AttributeError):  # a draft in the middle of being written
        change = "major"
    major, minor, patch = (int(part) for part in newest.version.split("."))
    if change == "patch":
        return change, f"{major}.{minor}.{patch + 1}"
    if change == "minor":
        return change, f"{major}.{minor + 1}.0"
    return change, f"{major + 1}.0.0"


def new_program(slug: str, title: str) -> Content:
    """The frame of a program that nobody has written yet."""
    program = ProgramContent(
        slug=slug, version="1.0.0", schema="empathy-program/1", title=title, summary="", aim="",
        audience="", evidence=(), modules=(), license="",
        completion={"required_items": "all", "attendance_min": 0.66, "checks_min": 0.7},
    )  # fmt: skip
    return arranged(_lists(dataclasses.asdict(program)), "add", "", key="welcome")


def _drop_guides(content: Content) -> None:
    """A guide that no live item uses is a fault; it goes with the item."""
    held = {
        item["body"].get("session")
        for module in content["modules"]
        for item in module["items"]
        if item["kind"] == "live"
    }
    content["sessions"] = {key: part for key, part in content["sessions"].items() if key in held}


def _lists(value: Content) -> Content:
    return {**value, "evidence": list(value["evidence"]), "modules": list(value["modules"])}


def _module(key: str) -> Content:
    anchor = {"anchor": "cohort_start"}
    return {
        "key": key, "title": key, "position": 0, "summary": "",
        "objectives": [], "release": {**anchor, "offset": "P0D"},
        "due": {**anchor, "offset": "P7D"}, "items": [],
    }  # fmt: skip


def _item(content: Content, key: str, kind: str) -> Content:
    body = blank(body_schema(kind))
    minutes = 10
    if kind == "practice":
        body |= {"lengths": [minutes], "done_minutes": minutes}
    if kind == "check":
        for question in body["questions"]:
            question["multiple"] = False
    if kind == "observation":
        body["rubric"]["id"] = key
    if kind == "scenario":
        says = {"who": "", "text": ""}
        choice = {"text": "", "feedback": "", "to": "end-met", "code": "continuer"}
        choices = [{"id": name, **choice} for name in ("a", "b")]
        body["start"] = "open"
        body["nodes"] = {
            "open": {"says": says, "cue": {"kind": "clue"}, "choices": choices},
            "end-met": {"end": "met", "summary": ""},
        }
    if kind == "live":
        minutes = 60
        body["session"] = key
        guide = blank(schemas.SESSION) | {"id": key, "minutes": minutes, "markdown": ""}
        content["sessions"].setdefault(key, guide)
    return {
        "key": key, "kind": kind, "title": key, "position": 0, "minutes": minutes,
        "required": kind != "live", "requires": [], "objectives": [], "body": body,
    }  # fmt: skip


def _by_key(rows: list[Content], key: str) -> Content:
    for row in rows:
        if row["key"] == key:
            return row
    raise KeyError(key)
