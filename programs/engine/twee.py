"""A conversation as Twee 3, which Twine opens and saves, and back without loss.

Source: Twee 3 specification 3.0.2 (Interactive Fiction Technology Foundation). In Twine a link has no
place for what a choice is worth. So each choice is a passage of its own between two nodes: the
link's words are the choice, the passage's tags its code and move, its text the feedback.

    :: open [node clue]
    who: Mrs. Ortiz
    emotion: fear
    says:
    My mother had this same scan.
    [[Your scan shows a nodule.->open.a]]

    :: open.a [choice terminator]
    True, but it leaves the fear where it was.
    [[quiet]]
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

FRAME = "Setting"
# The name takes the spaces around it, so that no two parts can divide them in many ways.
_HEADER = re.compile(
    r"::(?P<name>(?:\\.|[^\[{\\])+)(?:\[(?P<tags>[^\]]*)\][ \t]*)?(?:\{.*\}[ \t]*)?$"
)
_LINK = re.compile(r"^\[\[(?P<inside>.*)\]\]$")
_SPECIAL = ("StoryTitle", "StoryData", FRAME)
_CHOICE_CODES = ("continuer", "terminator")


class TweeError(Exception):
    """The text is no conversation of ours. `reasons` names passage and fault."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True)
class Passage:
    name: str
    tags: tuple[str, ...]
    lines: tuple[str, ...]


def to_twee(body: Mapping[str, Any], *, title: str) -> str:
    """Write a scenario's body; `from_twee` gives it back as it was.

    Args:
        body: in the shape that docs/curriculum.md gives for scenarios, valid.
        title: the story's, as Twine lists it.
    """
    parts = [
        f":: StoryTitle\n{_line(title)}",
        ":: StoryData\n" + json.dumps(
            {
                "ifid": str(uuid5(NAMESPACE_URL, f"rapport:{body['id']}")).upper(),
                "format": "Harlowe", "format-version": "3.3.9", "start": body["start"],
            },
            indent=2,
        ),
        f":: {FRAME} [frame]\n" + "\n".join(
            f"{key}: {_line(body[key])}"
            for key in ("id", "setting", "role", "closing") if key in body
        ),
    ]  # fmt: skip
    for key, node in body["nodes"].items():
        parts += _write_node(key, node)
    return "\n\n".join(parts) + "\n"


def from_twee(text: str) -> dict[str, Any]:
    """Read a conversation back; whether its graph makes sense is for the curriculum's checks.

    Raises:
        TweeError: with every fault found.
    """
    reasons: list[str] = []
    passages = {passage.name: passage for passage in _passages(text)}
    frame = _fields(passages[FRAME].lines) if FRAME in passages else {}
    if not frame:
        reasons.append(f"{FRAME}: there is no such passage; it holds setting and role")
    body: dict[str, Any] = {key: frame[key] for key in ("id", "setting", "role") if key in frame}
    reasons += [f"{FRAME}: {key}: is missing" for key in ("id", "setting", "role")
                if frame and key not in body]  # fmt: skip
    body["start"] = _start(passages, reasons)
    body["nodes"] = {
        name: _read_node(passage, passages, reasons)
        for name, passage in passages.items()
        if name not in _SPECIAL and "choice" not in passage.tags
    }
    if "closing" in frame:
        body["closing"] = frame["closing"]
    if reasons:
        raise TweeError(reasons)
    return body


def _write_node(key: str, node: Mapping[str, Any]) -> Iterator[str]:
    says = node.get("says", {})
    fields = {"scene": node.get("scene"), "who": says.get("who"), "rewind": node.get("rewind")}
    lines = [f"{name}: {_line(value)}" for name, value in fields.items() if value is not None]
    if "end" in node:
        tags = ["end", node["end"]]
        if says:
            lines += ["says:", _text(says["text"])]
        lines += ["summary:", _text(node["summary"])]
        yield _passage(key, tags, lines)
        return
    cue = node["cue"]
    tags = ["node", cue["kind"]]
    if "emotion" in cue:
        lines.append(f"emotion: {_line(cue['emotion'])}")
    lines += ["says:", _text(says["text"])]
    choices = node["choices"]
    lines += [f"[[{_words(choice['text'])}->{key}.{choice['id']}]]" for choice in choices]
    yield _passage(key, tags, lines)
    for choice in choices:
        marks = ["choice", choice["code"]] + ([choice["move"]] if "move" in choice else [])
        yield _passage(
            f"{key}.{choice['id']}", marks, [_text(choice["feedback"]), f"[[{choice['to']}]]"]
        )


def _passage(name: str, tags: list[str], lines: list[str]) -> str:
    return "\n".join([f":: {name} [{' '.join(tags)}]", *lines])


def _line(text: str) -> str:
    """One line: line breaks and backslashes are written as in JSON."""
    return text.replace("\\", "\\\\").replace("\r", "\\r").replace("\n", "\\n")


def _unline(text: str) -> str:
    known = {"n": "\n", "r": "\r"}
    return re.sub(r"\\(.)", lambda found: known.get(found[1], found[1]), text)


def _text(text: str) -> str:
    """Lines of prose; a first sign that Twee or we would read as something else is escaped."""
    lines = text.replace("\\", "\\\\").replace("\r", "\\r").split("\n")
    return "\n".join(re.sub(r"^(?=::|\[\[|says:|summary:)", r"\\", line) for line in lines)


def _words(text: str) -> str:
    """The words of a link: brackets, bars and arrows would end it."""
    return re.sub(r"([\[\]|<>])", r"\\\1", _line(text))


def _passages(text: str) -> Iterator[Passage]:
    name, tags, lines = "", (), []  # type: ignore[var-annotated]
    for line in text.replace("\r\n", "\n").split("\n"):
        header = _HEADER.match(line)
        if header is None:
            lines.append(line)
            continue
        if name:
            yield Passage(name, tags, _trimmed(lines))
        name = re.sub(r"\\(.)", r"\1", header["name"].strip(" \t"))
        tags, lines = tuple((header["tags"] or "").split()), []
    if name:
        yield Passage(name, tags, _trimmed(lines))


def _trimmed(lines: list[str]) -> tuple[str, ...]:
    """Blank lines before the next header belong to nobody."""
    end = len(lines)
    while end and not lines[end - 1]:
        end -= 1
    return tuple(lines[:end])


def _start(passages: Mapping[str, Passage], reasons: list[str]) -> str:
    try:
        data = json.loads("\n".join(passages["StoryData"].lines))
        return str(data["start"])
    except (KeyError, TypeError, ValueError, RecursionError):
        reasons.append("StoryData: start: names no passage to begin with")
        return ""


def _fields(lines: tuple[str, ...]) -> dict[str, str]:
    found = (line.partition(": ") for line in lines)
    return {name: _unline(value) for name, colon, value in found if colon}


def _read_node(
    passage: Passage, passages: Mapping[str, Passage], reasons: list[str]
) -> dict[str, Any]:
    fields, prose, links = _split(passage.lines)
    node: dict[str, Any] = {key: fields[key] for key in ("scene",) if key in fields}
    if "says" in prose and "who" in fields:
        node["says"] = {"who": fields["who"], "text": prose["says"]}
    if "end" in passage.tags:
        node["end"] = next((tag for tag in passage.tags if tag != "end"), "")
        node["summary"] = prose.get("summary", "")
        return node | ({"rewind": fields["rewind"]} if "rewind" in fields else {})
    kind = next((tag for tag in passage.tags if tag != "node"), "")
    node["cue"] = {"kind": kind} | (
        {"emotion": fields["emotion"]} if "emotion" in fields else {}
    )  # fmt: skip
    node["choices"] = [
        choice
        for words, target in links
        if (choice := _read_choice(passage.name, words, passages.get(target), target, reasons))
    ]
    return node


def _read_choice(
    node: str, words: str, passage: Passage | None, target: str, reasons: list[str]
) -> dict[str, Any] | None:
    if passage is None or "choice" not in passage.tags:
        reasons.append(f"{node}: “{words}” leads to no passage tagged “choice” ({target})")
        return None
    _fields_, prose, links = _split(passage.lines)
    if len(links) != 1:
        reasons.append(f"{target}: has {len(links)} links; a choice leads to one passage")
        return None
    codes = [tag for tag in passage.tags if tag in _CHOICE_CODES]
    moves = [tag for tag in passage.tags if tag not in (*_CHOICE_CODES, "choice")]
    if len(codes) != 1:
        reasons.append(f"{target}: needs one tag, “continuer” or “terminator”")
        return None
    choice = {
        "id": target.removeprefix(f"{node}."),
        "text": words,
        "code": codes[0],
        "to": links[0][1],
        "feedback": prose.get("", ""),
    }
    return choice | ({"move": moves[0]} if moves else {})


def _split(
    lines: tuple[str, ...],
) -> tuple[dict[str, str], dict[str, str], list[tuple[str, str]]]:
    """Part a passage into its fields, its prose by heading, and its links (words, target)."""
    fields: dict[str, str] = {}
    prose: dict[str, list[str]] = {}
    links: list[tuple[str, str]] = []
    heading = ""
    for line in lines:
        if found := _LINK.match(line):
            words, _arrow, target = found["inside"].rpartition("->")
            links.append((_unline(words) if _arrow else "", target))
        elif line in ("says:", "summary:"):
            heading = line[:-1]
            prose[heading] = []
        elif not prose and (field := re.match(r"^(who|scene|rewind|emotion): (.*)$", line)):
            fields[field[1]] = _unline(field[2])
        else:
            prose.setdefault(heading, []).append(_unline(line))
    return fields, {key: "\n".join(part) for key, part in prose.items()}, links
