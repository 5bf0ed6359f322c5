"""The folder `var/` of a checkout: secrets, notes about the running instance, its environment."""

import contextlib
import fcntl
import json
import os
import secrets
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from core.embedded import process_ids

ROOT = Path(__file__).resolve().parents[2]
VAR = ROOT / "var"
FOLDERS = ["beat", "log", "mailbox", "media", "secrets", "static", "valkey"]


class LauncherError(Exception):
    """Something the person at the terminal can understand and mend."""


def make_folders(var: Path = VAR) -> None:
    """Make var/ and its folders; say so plainly if one belongs to somebody else."""
    for folder in [var, *(var / name for name in FOLDERS)]:
        private = folder.name == "secrets"
        try:
            folder.mkdir(mode=0o700 if private else 0o755, exist_ok=True)
        except OSError as error:
            raise LauncherError(f"Cannot make the folder {folder}: {error.strerror}.") from error
        if not os.access(folder, os.W_OK | os.X_OK):
            raise LauncherError(
                f"Cannot write to {folder}: it belongs to user number {folder.stat().st_uid}, who "
                "ran Rapport here before.\nRun it as that user, or in a folder of your own."
            )


def secret(name: str, var: Path = VAR) -> str:
    """Return a random text that is made once and kept, readable by its owner only."""
    path = var / "secrets" / name
    try:
        if text := path.read_text().strip():
            return text
    except FileNotFoundError:
        pass
    text = secrets.token_urlsafe(40)
    write_private(path, text + "\n")
    return text


def write_private(path: Path, text: str) -> None:
    """Write a file of mode 0600 in one step: a reader sees the old text or the new one."""
    handle, unfinished = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(unfinished).replace(path)


def read_environment(root: Path = ROOT) -> dict[str, str]:
    """Return `.env` with the real environment over it, as settings.py will see them."""
    found: dict[str, str] = {}
    try:
        lines = (root / ".env").read_text().splitlines()
    except OSError:
        lines = []
    for line in lines:
        name, equals, value = line.removeprefix("export ").partition("=")
        if equals and not name.lstrip().startswith("#"):
            found[name.strip()] = value.strip().strip("'\"")
    return found | dict(os.environ)


def write_local_environment(values: Mapping[str, str], var: Path = VAR) -> None:
    """Write var/local.env, which settings.py reads, so that manage.py works beside the site."""
    lines = ["# Written by run.py at each start; settings of your own belong in .env"]
    lines += [f"{name}={value}" for name, value in sorted(values.items())]
    write_private(var / "local.env", "\n".join(lines) + "\n")


class Notes:
    """var/instance.json: which processes belong to this instance, and where it answers."""

    def __init__(self, var: Path = VAR) -> None:
        self.path = var / "instance.json"
        self.content: dict[str, Any] = {}

    def load(self) -> None:
        """Read the notes of an earlier run. Unreadable ones count as none."""
        try:
            content = json.loads(self.path.read_text())
        except (OSError, ValueError):
            content = {}
        self.content = content if isinstance(content, dict) else {}

    def save(self, **values: Any) -> None:
        self.content |= values
        write_private(self.path, json.dumps(self.content, indent=1) + "\n")

    def note_process(self, name: str, pid: int) -> None:
        parts = dict(self.content.get("parts", {}))
        parts[name] = {"pid": pid, "started": process_ids.started(pid)}
        self.save(parts=parts)

    def forget(self) -> None:
        self.path.unlink(missing_ok=True)
        self.content = {}

    def launcher_pid(self) -> int | None:
        """Return the pid of the launcher that wrote the notes, if it still lives."""
        return _living(self.content)

    def stop_remains(self) -> int:
        """Stop every process of an instance whose launcher is gone; return how many there were.

        The caller holds the lock, so no launcher lives. PostgreSQL is not stopped here: its own
        pid file tells more (Cluster.heal), and it must be asked, not killed.
        """
        parts = self.content.get("parts")
        leaders = [
            pid
            for name, part in (parts.items() if isinstance(parts, dict) else [])
            if name != "postgres" and isinstance(part, dict) and (pid := _living(part))
        ]
        for pid in leaders:
            process_ids.signal_process(pid, 15, group=True)
        left = set(process_ids.wait_until_gone(leaders, seconds=4))
        for pid in left:
            process_ids.signal_process(pid, 9, group=True)
        # A leader that was killed alone leaves its children behind: they carry our tag.
        strays = [
            pid
            for pid in process_ids.tagged(str(self.path.parent))
            if not _is_postgres(process_ids.command_line(pid))
        ]
        process_ids.stop(strays, seconds=3)
        return len(leaders) + len(strays)


@contextlib.contextmanager
def lock(var: Path = VAR) -> Iterator[bool]:
    """Yield whether we are the only launcher of this folder. The kernel drops it when we die."""
    with (var / "launcher.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def answers(url: str) -> bool:
    """Does the site answer 200 there?"""
    try:
        with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310  # our own http address
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError, ValueError):
        return False


def _is_postgres(command: str) -> bool:
    program = command.partition(" ")[0].rpartition("/")[2]
    return program.rstrip(":") == "postgres"


def _living(record: Mapping[str, Any]) -> int | None:
    pid = record.get("pid")
    if not isinstance(pid, int) or not record.get("started"):
        return None
    return pid if process_ids.started(pid) == record["started"] else None
