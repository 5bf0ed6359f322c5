"""Read a program from its folder of YAML and Markdown files: everything, or every reason why not.

The format is described in docs/curriculum.md. Shape is checked by JSON Schema
(`content_schemas.py`), one item's inside by `content_bodies.py`, what spans files here.
"""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from programs.engine import content_schemas as schemas
from programs.engine.content_bodies import BODY_READERS, Shelf
from programs.engine.content_files import Files


class ContentError(Exception):
    """The folder is no valid program. `reasons` names file and place of each fault."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True)
class ItemContent:
    """One step of a module. `requires` are keys of earlier items of the same module.

    `body` is JSON-able and holds all that the player needs; its shape per kind is in
    docs/curriculum.md. `position` counts from 1. `minutes` are of one sitting. `home` marks home
    practice: `{"days", "full", "short"}`, the minutes a day of each track.
    """

    key: str
    kind: str
    title: str
    position: int
    minutes: int
    required: bool
    requires: tuple[str, ...]
    objectives: tuple[str, ...]
    body: dict[str, Any]
    sittings: int = 1
    home: dict[str, int] | None = None


@dataclass(frozen=True)
class ModuleContent:
    """A week or unit. `objectives` are `{"id", "text"}`; `release` and `due` are
    `{"anchor", "offset"}` and perhaps `"at"` (local wall time, "20:00")."""

    key: str
    title: str
    position: int
    objectives: tuple[dict[str, str], ...]
    summary: str
    release: dict[str, str]
    due: dict[str, str]
    items: tuple[ItemContent, ...]


@dataclass(frozen=True)
class ProgramContent:
    """One edition of a program. `sessions` are the facilitators' guides by session key;
    `assets` maps a file's path to its SHA-256."""

    slug: str
    version: str
    schema: str
    title: str
    summary: str
    aim: str
    audience: str
    evidence: tuple[dict[str, str], ...]
    completion: dict[str, Any]
    modules: tuple[ModuleContent, ...]
    license: str = ""
    sessions: dict[str, dict[str, Any]] = field(default_factory=dict)
    assets: dict[str, str] = field(default_factory=dict)
    safety: dict[str, Any] | None = None

    def minutes(self, *, live: bool) -> int:
        """Minutes of the required online items in all their sittings, or of the live sessions.

        Live sessions are not `required` one by one: the completion rule's `attendance_min`
        counts them, so that a clinician called to a patient can still complete. Home practice is
        counted apart: `practice_plan.home_minutes`.
        """
        items = [item for module in self.modules for item in module.items]
        if live:
            return sum(item.minutes for item in items if item.kind == "live")
        return sum(
            item.minutes * item.sittings
            for item in items
            if item.required and item.kind != "live" and item.home is None
        )


def load_program(path: Path) -> ProgramContent:
    """Read and check the program in folder `path`.

    Raises:
        ContentError: with every problem found, each as "file: place: what is wrong".
    """
    files = Files(path)
    plan = files.yaml("program.yaml", schemas.PROGRAM)
    for name in ("LICENSE", "CHANGELOG.md"):
        if not files.text(name).strip():
            files.problem(name, "must exist and not be empty")
    if plan is None:
        raise ContentError(files.problems)
    if plan["slug"] != path.resolve().name:
        files.problem("program.yaml", f"slug: must be the folder's name, '{path.resolve().name}'")
    if f"## {plan['version']}" not in files.text("CHANGELOG.md"):
        files.problem("CHANGELOG.md", f"has no heading '## {plan['version']}'")
    shelf = Shelf(
        sessions={key: _session(files, key) for key in files.stems("sessions", ".md")},
        rubrics={
            key: files.yaml(f"rubrics/{key}.yaml", schemas.RUBRIC) or {}
            for key in files.stems("rubrics", ".yaml")
        },
    )
    safety = _safety(files) if "safety" in plan else None
    _unique(files, "program.yaml", "modules", [entry["id"] for entry in plan["modules"]])
    modules = tuple(
        module
        for position, entry in enumerate(plan["modules"], start=1)
        if (module := _module(files, entry, position, shelf))
    )
    _check_objectives(files, modules)
    _check_anchors(files, plan, modules, shelf)
    if files.problems:
        raise ContentError(files.problems)
    return ProgramContent(
        slug=plan["slug"],
        version=plan["version"],
        schema=plan["schema"],
        title=plan["title"],
        summary=plan["summary"],
        aim=plan["aim"],
        audience=plan["audience"],
        evidence=tuple(plan["evidence"]),
        completion=plan["completion"],
        modules=modules,
        license=plan["license"],
        sessions=shelf.sessions,
        assets={
            name: hashlib.sha256(files.bytes(name)).hexdigest() for name in files.below("assets")
        },
        safety=safety,
    )


def program_from_dict(value: dict[str, Any]) -> ProgramContent:
    """The reverse of `dataclasses.asdict`, as read back from a stored version."""
    modules = tuple(
        ModuleContent(
            **{
                **module,
                "objectives": tuple(module["objectives"]),
                "items": tuple(
                    ItemContent(
                        **{
                            **item,
                            "requires": tuple(item["requires"]),
                            "objectives": tuple(item["objectives"]),
                        }
                    )
                    for item in module["items"]
                ),
            }
        )
        for module in value["modules"]
    )
    return ProgramContent(**{**value, "evidence": tuple(value["evidence"]), "modules": modules})


def _session(files: Files, key: str) -> dict[str, Any]:
    name = f"sessions/{key}.md"
    front, markdown = files.markdown(name, schemas.SESSION)
    if front and front["id"] != key:
        files.problem(name, f"id: must be the file's name, '{key}'")
    return {**(front or {}), "markdown": markdown}


def _safety(files: Files) -> dict[str, Any]:
    """What is read before week 1, the weekly question, and who may lead such a program."""
    front, markdown = files.markdown("safety.md", schemas.SAFETY)
    return {**(front or {}), "markdown": markdown}


def _module(
    files: Files, entry: dict[str, Any], position: int, shelf: Shelf
) -> ModuleContent | None:
    name = f"{entry['dir']}/module.yaml"
    plan = files.yaml(name, schemas.MODULE)
    if plan is None:
        return None
    _unique(files, name, "items", [item["id"] for item in plan["items"]])
    _unique(files, name, "objectives", [objective["id"] for objective in plan["objectives"]])
    items = []
    earlier: set[str] = set()
    for place, item in enumerate(plan["items"], start=1):
        for required in item.get("requires", ()):
            if required not in earlier:
                files.problem(
                    name, f"items/{item['id']}: requires '{required}', which is no earlier item"
                )
        earlier.add(item["id"])
        if item["kind"] == "live" and item["required"]:
            files.problem(name, f"items/{item['id']}: a live session is counted by attendance_min")
        _check_practice(files, name, item)
        body = BODY_READERS[item["kind"]](files, f"{entry['dir']}/{item['file']}", item, shelf)
        items.append(
            ItemContent(
                key=item["id"],
                kind=item["kind"],
                title=item["title"],
                position=place,
                minutes=item["minutes"],
                required=item["required"],
                requires=tuple(item.get("requires", ())),
                objectives=tuple(item.get("objectives", ())),
                body=body,
                sittings=item.get("sittings", 1),
                home=item.get("home"),
            )
        )
    return ModuleContent(
        key=entry["id"],
        title=plan["title"],
        position=position,
        objectives=tuple(plan["objectives"]),
        summary=plan["summary"],
        release=entry["release"],
        due=entry["due"],
        items=tuple(items),
    )


def _check_practice(files: Files, name: str, item: dict[str, Any]) -> None:
    place = f"items/{item['id']}"
    if {"sittings", "home"} & item.keys() and item["kind"] != "practice":
        files.problem(name, f"{place}: sittings and home belong to practice only")
    if "home" in item and item["required"]:
        # Whom practice does harm must be able to stop it and still complete.
        files.problem(name, f"{place}: home practice is assigned, never required")


def _check_objectives(files: Files, modules: tuple[ModuleContent, ...]) -> None:
    known = [objective["id"] for module in modules for objective in module.objectives]
    _unique(files, "program.yaml", "objectives over all modules", known)
    for module in modules:
        for item in module.items:
            place = f"{module.key}/{item.key}"
            tags = list(item.objectives)
            if item.kind == "check":
                tags += [question["objective"] for question in item.body.get("questions", ())]
            for tag in sorted(set(tags) - set(known)):
                files.problem(place, f"objective '{tag}' is in no module.yaml")


def _check_anchors(
    files: Files, plan: dict[str, Any], modules: tuple[ModuleContent, ...], shelf: Shelf
) -> None:
    held = [
        item.body.get("session")
        for module in modules
        for item in module.items
        if item.kind == "live"
    ]
    _unique(files, "program.yaml", "live sessions", [str(key) for key in held])
    for entry in plan["modules"]:
        for date in ("release", "due"):
            anchor = entry[date]["anchor"]
            if anchor.startswith("session:") and anchor.removeprefix("session:") not in held:
                files.problem(
                    "program.yaml", f"modules/{entry['id']}/{date}: no live item for '{anchor}'"
                )
    for key in sorted(set(shelf.sessions) - set(held)):
        files.problem(f"sessions/{key}.md", "no live item uses this guide")


def _unique(files: Files, name: str, place: str, keys: list[str]) -> None:
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        files.problem(name, f"{place}: '{key}' is used twice")
