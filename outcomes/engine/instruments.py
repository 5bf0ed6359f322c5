"""An instrument as data: items, answer scales, scoring keys, what is known of it.

A definition is a mapping as `instruments/<id>/<version>.yaml` holds it and `Instrument.definition`
keeps it. `parse` turns it into the frozen classes below; `faults` says in words what is amiss.
Scoring keys off item ids alone, so licensed text never has to be in a definition.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

KINDS = ("likert", "number", "choice", "text")
METHODS = ("mean", "sum")
DIRECTIONS = ("up", "down")  # which way is better
TOTAL = "Total"
LICENCE_CLASSES = ("G", "A", "R", "own")
TEXT_STATUSES = ("shipped", "pack", "customer_licence")
DEFAULT_SHARE = 0.8  # of a subscale's items that must be answered


@dataclass(frozen=True)
class Option:
    value: float
    label: str
    opens_support: bool = False  # shows the support resources at once


@dataclass(frozen=True)
class Scale:
    """The answers that an item offers. `low` and `high` are its possible extremes."""

    key: str
    low: float
    high: float
    options: tuple[Option, ...] = ()  # in the order shown
    may_skip_as: str = ""  # label of "does not apply"; "": there is none


@dataclass(frozen=True)
class Item:
    key: str
    text: str  # "": comes with a customer's licence
    kind: str = "likert"
    scale: Scale | None = None
    is_reversed: bool = False


@dataclass(frozen=True)
class Subscale:
    """How some items become one value.

    `at_least` answered items are needed, a number the instrument's authors give; without one,
    `share` of the items. `multiplier` follows the mean or sum (WHO-5: 4).
    """

    key: str
    title: str
    items: tuple[str, ...]
    method: str
    low: float
    high: float
    direction: str
    at_least: int | None = None
    share: float = DEFAULT_SHARE
    multiplier: float = 1
    is_reported: bool = True  # two-item subscales never are
    reliability: Mapping[str, Any] = field(default_factory=dict)
    norms: Mapping[str, Any] = field(default_factory=dict)
    reliable_change: Mapping[str, Any] = field(default_factory=dict)  # published sd and r, or mdc
    threshold: Mapping[str, Any] = field(
        default_factory=dict
    )  # the measure's own mark: at_least, words

    @property
    def needed(self) -> int:
        """How many items must be answered for a value."""
        if self.at_least is not None:
            return self.at_least
        # 0.8 × 5 is 4.000000000000001 in floats: a whisker less is still enough.
        count = len(self.items) * self.share
        return max(1, int(count) + (count - int(count) > 1e-9))


@dataclass(frozen=True)
class Definition:
    key: str
    version: str
    title: str
    purpose: str
    instructions: str
    licence_class: str
    licence: str
    attribution: str
    text_status: str
    items: tuple[Item, ...]
    subscales: tuple[Subscale, ...]
    presentation_order: tuple[str, ...]
    level: int = 2  # Kirkpatrick

    @cached_property
    def by_key(self) -> dict[str, Item]:
        return {item.key: item for item in self.items}

    @cached_property
    def shown(self) -> tuple[Item, ...]:
        """Items in the order in which they are asked."""
        return tuple(self.by_key[key] for key in self.presentation_order)

    @property
    def has_text(self) -> bool:
        return all(item.text for item in self.items)

    @cached_property
    def tied(self) -> tuple[tuple[str, ...], ...]:
        """Reported scales that share items, directly or over another: a total and its parts."""
        groups: list[tuple[list[str], set[str]]] = []
        for one in self.subscales:
            if one.is_reported:
                keys, items = [one.key], set(one.items)
                for group in [group for group in groups if group[1] & items]:
                    groups.remove(group)
                    keys, items = group[0] + keys, group[1] | items
                groups.append((keys, items))
        return tuple(tuple(keys) for keys, _items in groups if len(keys) > 1)

    def subscale(self, key: str) -> Subscale:
        return next(subscale for subscale in self.subscales if subscale.key == key)

    def name_of(self, subscale: Subscale) -> str:
        """What to call a scale where nothing else names its instrument: "Total" says nothing, nor
        does "Action". A part that shares a word with the whole speaks for itself."""
        whole, part = self.title, subscale.title
        if part in (TOTAL, whole):
            return whole
        if _words(whole) & _words(part):
            return part
        return f"{whole}: {part[:1].lower()}{part[1:]}"


def _words(title: str) -> set[str]:
    return {word for word in re.findall(r"\w+", title.casefold()) if len(word) > 3}


def parse(definition: Mapping[str, Any]) -> Definition:
    """Return the classes of a definition that has no `faults`."""
    scales = {key: _scale(key, raw) for key, raw in definition.get("scales", {}).items()}
    items = tuple(
        Item(
            key=str(raw["id"]),
            text=raw.get("text", ""),
            kind=raw.get("kind", "likert"),
            scale=scales.get(raw.get("scale", "")),
            is_reversed=bool(raw.get("reverse", False)),
        )
        for raw in definition["items"]
    )
    licence = definition.get("licence", {})
    return Definition(
        key=definition["id"],
        version=str(definition["version"]),
        title=definition["title"],
        purpose=definition.get("purpose", ""),
        instructions=definition.get("instructions", ""),
        licence_class=licence.get("class", "own"),
        licence=licence.get("name", ""),
        attribution=licence.get("attribution", ""),
        text_status=definition.get("text_status", "shipped"),
        items=items,
        subscales=tuple(_subscale(raw) for raw in definition.get("subscales", ())),
        presentation_order=tuple(
            str(key) for key in definition.get("presentation_order", [item.key for item in items])
        ),
        level=int(definition.get("level", 2)),
    )


def _scale(key: str, raw: Mapping[str, Any]) -> Scale:
    options = tuple(
        Option(float(option["value"]), option["label"], bool(option.get("opens_support", False)))
        for option in raw.get("options", ())
    )
    values = [option.value for option in options]
    return Scale(
        key=key,
        low=float(raw["min"] if "min" in raw else min(values)),
        high=float(raw["max"] if "max" in raw else max(values)),
        options=options,
        may_skip_as=raw.get("not_applicable", ""),
    )


def _subscale(raw: Mapping[str, Any]) -> Subscale:
    missing = raw.get("missing", {})
    return Subscale(
        key=raw["key"],
        title=raw["title"],
        items=tuple(str(key) for key in raw["items"]),
        method=raw["method"],
        low=float(raw["range"][0]),
        high=float(raw["range"][1]),
        direction=raw["direction"],
        at_least=missing.get("at_least"),
        share=float(missing.get("share", DEFAULT_SHARE)),
        multiplier=float(raw.get("multiplier", 1)),
        is_reported=bool(raw.get("reported", True)),
        reliability=raw.get("reliability", {}),
        norms=raw.get("norms", {}),
        reliable_change=raw.get("reliable_change", {}),
        threshold=raw.get("threshold", {}),
    )


def faults(definition: Mapping[str, Any]) -> list[str]:
    """Say what is amiss beyond the shape that the JSON Schema holds; an empty list is good."""
    found = []
    keys = [str(item["id"]) for item in definition["items"]]
    found += [f"item {key} is there twice" for key in _twice(keys)]
    scales = definition.get("scales", {})
    for item in definition["items"]:
        kind = item.get("kind", "likert")
        if kind != "text" and item.get("scale") not in scales:
            found.append(f"item {item['id']} names a scale that is not defined")
    order = [str(key) for key in definition.get("presentation_order", keys)]
    if sorted(order) != sorted(keys):
        found.append("presentation_order must hold each item once")
    subscales = definition.get("subscales", ())
    found += [f"subscale {key} is there twice" for key in _twice([s["key"] for s in subscales])]
    for subscale in subscales:
        found += _subscale_faults(subscale, definition, keys)
    return found


def _subscale_faults(
    subscale: Mapping[str, Any], definition: Mapping[str, Any], keys: Sequence[str]
) -> list[str]:
    named = [str(key) for key in subscale["items"]]
    unknown = [key for key in named if key not in keys]
    if unknown or _twice(named):
        return [f"subscale {subscale['key']} needs known items, each once"]
    kinds = {str(item["id"]): item.get("kind", "likert") for item in definition["items"]}
    if any(kinds[key] == "text" for key in named):
        return [f"subscale {subscale['key']} counts an item that is answered in words"]
    parsed = parse(definition)
    one = parsed.subscale(subscale["key"])
    scales = [parsed.by_key[key].scale for key in one.items]
    lows = [scale.low for scale in scales if scale]
    highs = [scale.high for scale in scales if scale]
    low, high = sum(lows), sum(highs)
    if one.method == "mean":
        low, high = low / len(lows), high / len(highs)
    reachable = (low * one.multiplier, high * one.multiplier)
    if any(
        abs(said - real) > 1e-6 for said, real in zip((one.low, one.high), reachable, strict=True)
    ):
        return [
            f"subscale {one.key} says {one.low:g} to {one.high:g};"
            f" its items reach {reachable[0]:g} to {reachable[1]:g}"
        ]
    if not 1 <= one.needed <= len(one.items):
        return [f"subscale {one.key} asks for more items than it has"]
    return []


def _twice(keys: Sequence[str]) -> list[str]:
    return sorted({key for key in keys if keys.count(key) > 1})
