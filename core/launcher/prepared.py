"""What a start need not do again: the inputs of a step, fingerprinted, are those of the last time."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from core.launcher.instance import ROOT, VAR, write_private

NOTE = VAR / "prepared.json"
# Style sheets and pictures: ours, and those of the packages (Django's admin).
STATIC = ["static", "requirements.lock", "config/settings.py"]
CONTENT = ["curriculum", "instruments", "programs", "outcomes", "requirements.lock"]


def fingerprint(names: Iterable[str]) -> str:
    """Return a text that changes when one of these files or folders of the tree does."""
    digest = hashlib.sha256()
    for name in names:
        top = ROOT / name
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.is_file() and path.suffix != ".pyc":
                facts = path.stat()
                line = f"{path.relative_to(ROOT)} {facts.st_size} {facts.st_mtime_ns}\n"
                digest.update(line.encode(errors="surrogateescape"))
    return digest.hexdigest()


def is_prepared(step: str, mark: str, *results: Path) -> bool:
    """Was the step done with this mark, and are its results still there?"""
    return _read().get(step) == mark and all(path.exists() for path in results)


def note_prepared(step: str, mark: str) -> None:
    write_private(NOTE, json.dumps(_read() | {step: mark}) + "\n")


def forget_prepared() -> None:
    NOTE.unlink(missing_ok=True)


def _read() -> dict[str, str]:
    try:
        content = json.loads(NOTE.read_text())
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
