"""What kind of change lies between two editions: computed, never taken from the author's word.

- `patch`: prose only. May be applied to a running cohort as a logged text revision.
- `minor`: adds optional items, or changes the frame of an optional one.
- `major`: touches required items, choices, scoring, dates or completion: new cohorts only.

The words of a choice, a question or an option count as structure, not prose: somebody's stored
answer must not come to say something they never chose. Feedback and what a patient says are prose.
"""

from typing import Any, Literal

from programs.engine.content import ItemContent, ModuleContent, ProgramContent

ChangeClass = Literal["patch", "minor", "major"]

# Kinds whose structure is choices or scoring: a change there is major even in an optional item.
_SCORED = {"scenario", "check", "observation"}


def change_class(old: ProgramContent, new: ProgramContent) -> ChangeClass:
    if old.slug != new.slug or old.schema != new.schema or old.completion != new.completion:
        return "major"
    if _gate(old) != _gate(new):
        return "major"
    old_modules = {module.key: module for module in old.modules}
    new_modules = {module.key: module for module in new.modules}
    if _order(old_modules, new_modules) != list(old_modules):
        return "major"
    classes = [_module_change(module, new_modules[key]) for key, module in old_modules.items()]
    for key, module in new_modules.items():
        if key not in old_modules:
            is_major = any(item.required for item in module.items)
            classes.append("major" if is_major else "minor")
    for worst in ("major", "minor"):
        if worst in classes:
            return worst
    return "patch"


def same_structure(kind: str, old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Whether two bodies of one kind differ in prose only, so that an attempt can go on in it."""
    try:
        return bool(_body_frame(kind, old) == _body_frame(kind, new))
    except KeyError:  # a body that no edition of ours has
        return old == new


def _gate(program: ProgramContent) -> Any:
    """What of a program's safety is not prose: whether there is any, and who may lead it."""
    if program.safety is None:
        return None
    return program.safety.get("qualification", {}).get("key", "")


def _module_change(old: ModuleContent, new: ModuleContent) -> ChangeClass:
    if (old.release, old.due) != (new.release, new.due):
        return "major"
    old_items = {item.key: item for item in old.items}
    new_items = {item.key: item for item in new.items}
    if _order(old_items, new_items) != list(old_items):
        return "major"  # an item left, or the way through the module changed
    result: ChangeClass = "patch"
    for key, item in new_items.items():
        before = old_items.get(key)
        if before is None:
            if item.required:
                return "major"
            result = "minor"
        elif _frame(before) != _frame(item):
            if before.required or item.required or {before.kind, item.kind} & _SCORED:
                return "major"
            result = "minor"
    return result


def _order(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    return [key for key in new if key in old]


def _frame(item: ItemContent) -> dict[str, Any]:
    """What of an item is not prose."""
    return {
        "kind": item.kind,
        "minutes": item.minutes,
        "sittings": item.sittings,
        "home": item.home,
        "required": item.required,
        "requires": sorted(item.requires),
        "body": _body_frame(item.kind, item.body),
    }


def _body_frame(kind: str, body: dict[str, Any]) -> Any:
    match kind:
        case "reading":
            return len(body["steps"])  # a learner's resume position is a step number
        case "scenario":
            return {
                "start": body["start"],
                "nodes": {k: _node(n) for k, n in body["nodes"].items()},
            }
        case "check":
            return body["pass"], [_question(question) for question in body["questions"]]
        case "observation":
            rubric = body["rubric"]
            return rubric["passing"], [entry["id"] for entry in rubric["behaviors"]]
        case "practice":
            return body["done_minutes"]
        case "reflection":
            return [question["id"] for question in body["questions"]]
        case "field_log":
            fields = [
                (field["id"], field["kind"], [option["id"] for option in field.get("options", ())])
                for field in body["fields"]
            ]
            return body["entries_min"], fields
        case "live":
            return body["session"]
        case "thread":
            return body["posts_min"]
    raise ValueError(kind)


def _node(node: dict[str, Any]) -> Any:
    choices = [
        [choice.get(part) for part in ("id", "text", "code", "move", "to")]
        for choice in node.get("choices", ())
    ]
    return node.get("end"), node.get("rewind"), node.get("cue"), choices


def _question(question: dict[str, Any]) -> Any:
    options = [
        (option["id"], option["text"], option.get("correct", False))
        for option in question["options"]
    ]
    return question["id"], question["stem"], question["objective"], options
