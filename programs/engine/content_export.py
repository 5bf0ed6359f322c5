"""Write a program back to its folder, so that reading it again gives the same hash."""

from pathlib import Path
from typing import Any

import yaml

from programs.engine.content import ItemContent, ModuleContent, ProgramContent

_SUFFIX = {"practice": ".practice.yaml", "scenario": ".scenario.yaml", "check": ".quiz.yaml"}


def write_program(
    program: ProgramContent, folder: Path, *, asset_source: Path | None = None
) -> Path:
    """Write `program` below `folder` as `<slug>/`; the folder must not hold it yet.

    A stored version knows only the hashes of its assets: the files are copied from
    `asset_source`, a folder of the same program, and the reader's hash shows if they differ.

    Raises:
        FileExistsError: `folder/<slug>` exists already.
        FileNotFoundError: the program has assets and `asset_source` lacks one.
    """
    root = folder / program.slug
    root.mkdir(parents=True)
    _write(root, "LICENSE", f"{program.license}\n")
    _write(root, "CHANGELOG.md", f"# Changes\n\n## {program.version}\n\nExported edition.\n")
    _write(root, "program.yaml", _yaml(_plan(program)))
    for key, guide in program.sessions.items():
        front = {name: value for name, value in guide.items() if name != "markdown"}
        _write(root, f"sessions/{key}.md", _markdown(front, guide["markdown"]))
    if program.safety is not None:
        front = {name: value for name, value in program.safety.items() if name != "markdown"}
        _write(root, "safety.md", _markdown(front, program.safety["markdown"]))
    for module in program.modules:
        _module(root, module)
    for name in program.assets:
        if asset_source is None:
            raise FileNotFoundError(name)
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes((asset_source / name).read_bytes())
    return root


def _plan(program: ProgramContent) -> dict[str, Any]:
    plan = {
        "schema": program.schema,
        "slug": program.slug,
        "version": program.version,
        "title": program.title,
        "summary": program.summary,
        "aim": program.aim,
        "audience": program.audience,
        "license": program.license,
        "evidence": list(program.evidence),
        "completion": program.completion,
        "modules": [
            {"id": module.key, "dir": _dir(module), "release": module.release, "due": module.due}
            for module in program.modules
        ],
    }
    if program.safety is not None:
        plan["safety"] = "safety.md"
    return plan


def _dir(module: ModuleContent) -> str:
    return f"modules/{module.position:02d}-{module.key}"


def _module(root: Path, module: ModuleContent) -> None:
    plan: dict[str, Any] = {
        "title": module.title,
        "summary": module.summary,
        "objectives": list(module.objectives),
        "items": [],
    }
    for item in module.items:
        name = f"{item.position:02d}0-{item.key}{_SUFFIX.get(item.kind, '.md')}"
        entry: dict[str, Any] = {
            "id": item.key,
            "title": item.title,
            "file": name,
            "kind": item.kind,
            "minutes": item.minutes,
            "required": item.required,
        }
        if item.requires:
            entry["requires"] = list(item.requires)
        if item.objectives:
            entry["objectives"] = list(item.objectives)
        if item.sittings != 1:
            entry["sittings"] = item.sittings
        if item.home is not None:
            entry["home"] = item.home
        plan["items"].append(entry)
        _item(root, f"{_dir(module)}/{name}", item)
    _write(root, f"{_dir(module)}/module.yaml", _yaml(plan))


def _item(root: Path, name: str, item: ItemContent) -> None:
    front: dict[str, Any] = {"id": item.key}
    body = item.body
    match item.kind:
        case "reading":
            if body["sources"]:
                front["sources"] = body["sources"]
            steps = (f"## {step['title']}\n\n{step['markdown']}\n" for step in body["steps"])
            text = _markdown(front, "\n".join(steps))
        case "observation":
            _write(root, f"rubrics/{body['rubric']['id']}.yaml", _yaml(body["rubric"]))
            text = _markdown({**front, "rubric": body["rubric"]["id"]}, body["prompt"])
        case "practice" | "scenario" | "check":
            text = _yaml({**front, **body})
        case _:
            rest = {key: value for key, value in body.items() if key != "prompt"}
            text = _markdown({**front, **rest}, body["prompt"])
    _write(root, name, text)


def _yaml(value: Any) -> str:
    return yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=110)


def _markdown(front: dict[str, Any], text: str) -> str:
    return f"---\n{_yaml(front)}---\n{text.rstrip()}\n"


def _write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
