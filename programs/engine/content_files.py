"""The files of one program folder: read, parsed, held against a schema, faults collected."""

import json
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from programs.engine.content_schemas import Schema


class Files:
    """Reads below one folder and never outside it; `problems` grows instead of raising."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.problems: list[str] = []

    def problem(self, name: str, reason: str) -> None:
        self.problems.append(f"{name}: {reason}")

    def bytes(self, name: str) -> bytes:
        path = (self.root / name).resolve()
        if not path.is_relative_to(self.root):
            self.problem(name, "lies outside the program's folder")
            return b""
        try:
            return path.read_bytes()
        except OSError as error:
            self.problem(name, f"cannot be read: {error.strerror}")
            return b""

    def text(self, name: str) -> str:
        """The file's text with LF line ends; empty, and a problem noted, if unreadable."""
        try:
            text = self.bytes(name).decode("utf-8-sig")
        except UnicodeDecodeError:
            self.problem(name, "is not UTF-8 text")
            return ""
        if "\0" in text:
            self.problem(name, "holds a NUL character")
            return ""
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def yaml(self, name: str, schema: Schema) -> dict[str, Any] | None:
        """The parsed file, or None with problems noted."""
        text = self.text(name)
        return self._checked(name, text, schema) if text else None

    def markdown(self, name: str, schema: Schema) -> tuple[dict[str, Any] | None, str]:
        """Front matter and text of a Markdown file that opens with a `---` block."""
        text = self.text(name)
        if not text:
            return None, ""
        head, closing, body = text.removeprefix("---\n").partition("\n---\n")
        if not text.startswith("---\n") or not closing:
            self.problem(name, "must open with a front matter block between '---' lines")
            return None, ""
        if not body.strip():
            self.problem(name, "has no text after its front matter")
        return self._checked(name, head, schema), body.strip()

    def stems(self, folder: str, suffix: str) -> list[str]:
        return sorted(path.stem for path in (self.root / folder).glob(f"*{suffix}"))

    def below(self, folder: str) -> list[str]:
        found = (self.root / folder).rglob("*")
        return sorted(path.relative_to(self.root).as_posix() for path in found if path.is_file())

    def _checked(self, name: str, text: str, schema: Schema) -> dict[str, Any] | None:
        try:
            # Aliases can refer to themselves or multiply; no author of prose needs one.
            if any(
                isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, yaml.SafeLoader)
            ):
                self.problem(name, "uses a YAML alias ('*'): write the text out, or quote it")
                return None
            twice = _duplicate_keys(yaml.compose(text, Loader=yaml.SafeLoader))
            value = yaml.safe_load(text)
            json.dumps(value, allow_nan=False, ensure_ascii=False).encode()
        except yaml.YAMLError as error:
            self.problem(name, " ".join(str(error).split()))
            return None
        except (TypeError, ValueError) as error:
            self.problem(name, f"holds a value that is neither text nor number: {error}")
            return None
        except RecursionError:
            self.problem(name, "is nested too deeply")
            return None
        for place in twice:
            self.problem(name, f"{place} is written twice")
        faults = sorted(
            Draft202012Validator(schema).iter_errors(value), key=lambda fault: str(fault.path)
        )
        for fault in faults:
            deep = min(fault.context or [fault], key=lambda inner: -len(inner.path))
            place = "/".join(str(part) for part in deep.absolute_path) or "top"
            self.problem(name, f"{place}: {deep.message}")
        return None if faults else value


def _duplicate_keys(node: yaml.Node | None) -> list[str]:
    """Keys that occur twice in one mapping: YAML would silently keep the last."""
    if isinstance(node, yaml.SequenceNode):
        return [place for child in node.value for place in _duplicate_keys(child)]
    if not isinstance(node, yaml.MappingNode):
        return []
    found: list[str] = []
    seen: set[str] = set()
    for key, child in node.value:
        if isinstance(key.value, str):  # a list as a key is refused when the value is built
            if key.value in seen:
                found.append(f"line {key.start_mark.line + 1}: '{key.value}'")
            seen.add(key.value)
        found += _duplicate_keys(child)
    return found
