"""What differs between two contents of a program, part by part."""

from typing import Any

from programs.engine.drafts import FRAME, Content


def changed_parts(old: Content, new: Content) -> list[tuple[str, str]]:
    """(address, added | removed | changed) of each module and item that differs."""
    before, after = _parts(old), _parts(new)
    found = [(at, "removed") for at in before if at not in after]
    for at, value in after.items():
        if at not in before:
            found.append((at, "added"))
        elif before[at] != value:
            found.append((at, "changed"))
    return sorted(found)


def _parts(content: Content) -> dict[str, Any]:
    frame = {name: content.get(name) for name in (*FRAME, "safety")}
    found: dict[str, Any] = {"": frame}
    for module in content["modules"]:
        rest = {name: part for name, part in module.items() if name not in ("items", "position")}
        found[f"{module['key']}/"] = rest
        for item in module["items"]:
            found[f"{module['key']}/{item['key']}"] = item
    return found | {f"@{key}": guide for key, guide in content["sessions"].items()}
