"""A draft's modules as its page lists them: dates and kinds in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from programs.models import Item
from programs.reports.schedule_pages import date_words


@dataclass(frozen=True)
class DraftModule:
    """`opens` and `due` are empty while their rule cannot be read; publishing names the fault."""

    content: dict[str, Any]
    opens: str
    due: str
    # Each item with the name of its kind and the titles of what it opens after.
    steps: list[tuple[dict[str, Any], str, list[str]]]


def draft_modules(content: dict[str, Any]) -> list[DraftModule]:
    """Return the modules of a draft's content, which may be faulty while it is written."""
    names = dict(kind_choices())
    titles = {
        item.get("body", {}).get("session", ""): item["title"]
        for module in content["modules"]
        for item in module["items"]
        if item["kind"] == Item.Kind.LIVE
    }
    return [
        DraftModule(
            module,
            _words(module, "release", titles),
            _words(module, "due", titles),
            _steps(module["items"], names),
        )
        for module in content["modules"]
    ]


def _steps(
    items: list[dict[str, Any]], names: dict[str, str]
) -> list[tuple[dict[str, Any], str, list[str]]]:
    titles = {item["key"]: item["title"] for item in items}
    return [
        (
            item,
            names.get(item["kind"], item["kind"]),
            [titles.get(key) or key for key in item.get("requires", ())],
        )
        for item in items
    ]


def kind_choices() -> list[tuple[str, str]]:
    """The kinds of steps with their names, in the order of the curriculum's schema."""
    return [(str(value), str(label)) for value, label in Item.Kind.choices]


def _words(module: dict[str, Any], name: str, titles: dict[str, str]) -> str:
    rule = module.get(name) or {}
    try:
        words = date_words(rule.get("anchor", ""), rule.get("offset", ""), titles)
    except (TypeError, ValueError):
        return ""
    return f"{words}, {rule['at']}" if rule.get("at") else words
