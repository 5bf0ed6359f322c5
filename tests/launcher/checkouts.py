"""Fresh copies of the tree, and `run.py` started in them as somebody would start it."""

import contextlib
import http.client
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg

from core.embedded import process_ids
from core.embedded.binaries import folder_for_root

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = [
    ".git",
    ".venv",
    "var",
    "node_modules",
    "__pycache__",
    ".*_cache",
    ".hypothesis",
    ".env",
]
# What a start needs of the tester's environment; above all no DATABASE_URL.
KEPT = ("PATH", "HOME", "LANG", "TMPDIR")


def popen_options(user: str) -> dict:
    if user == "ourselves":
        return {}
    entry = pwd.getpwnam(user)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def can_run_python(user: str, python: str) -> bool:
    try:
        command = [python, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
        done = subprocess.run(command, cwd="/", capture_output=True, **popen_options(user))
    except OSError:
        return False
    return done.returncode == 0


def users() -> list[str]:
    """Us; for root also a user without any rights, if it can reach this Python."""
    environment_python = str(ROOT / ".venv" / "bin" / "python")
    others = ["nobody"] if os.geteuid() == 0 else []
    return ["ourselves", *(user for user in others if can_run_python(user, environment_python))]


class Checkout:
    """A copy of the tree with an environment of its own that shares our packages."""

    def __init__(self, folder: Path, user: str = "ourselves") -> None:
        self.folder = folder
        self.user = user
        self.output = folder.parent / "output.txt"

    def folder_for_root(self) -> Path:
        return folder_for_root(self.folder)

    def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess:
        """Run run.py to its end, with nobody at the terminal and these variables set."""
        return subprocess.run(
            [str(self.folder / ".venv/bin/python"), "run.py", *arguments],
            cwd=self.folder, env=clean_environment() | variables, stdin=subprocess.DEVNULL, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120,
            **popen_options(self.user),
        )  # fmt: skip

    def start(self, *arguments: str, until: str = "Rapport is ready") -> subprocess.Popen:
        """Start run.py and return once it says so."""
        with self.output.open("w") as output:
            process = subprocess.Popen(
                [str(self.folder / ".venv/bin/python"), "run.py", *arguments],
                cwd=self.folder, env=clean_environment(), stdin=subprocess.DEVNULL,
                stdout=output, stderr=output, **popen_options(self.user),
            )  # fmt: skip
        self.wait_for(until, process)
        return process

    def wait_for(self, text: str, process: subprocess.Popen, seconds: float = 120) -> None:
        deadline = time.monotonic() + seconds
        while text not in self.output.read_text():
            assert process.poll() is None, self.output.read_text()
            assert time.monotonic() < deadline, self.output.read_text()
            time.sleep(0.1)

    def processes(self) -> list[int]:
        """Every process of this instance but the launcher."""
        return process_ids.tagged(str(self.folder / "var"))

    def get(self, path: str) -> int:
        url = re.search(r"Rapport is ready after \d+ s: (\S+)/", self.output.read_text()).group(1)
        for _ in range(2):  # a dropped connection is tried once more, as browsers do
            with suppress(http.client.RemoteDisconnected):
                return self._status(url + path)
        return self._status(url + path)

    def _status(self, url: str) -> int:
        with urllib.request.urlopen(url, timeout=10) as response:  # noqa: S310  # our own address
            return response.status

    def setting(self, name: str) -> str:
        lines = (self.folder / "var/local.env").read_text().splitlines()
        return next(line.partition("=")[2] for line in lines if line.startswith(f"{name}="))

    def sql(self, statement: str) -> list[tuple]:
        """Run a statement as the owner of the tables."""
        user, password, host, name = re.fullmatch(
            r"postgres://(\w+):(\S+)@/(/\S+)/(\w+)", self.setting("DATABASE_OWNER_URL")
        ).groups()
        with psycopg.connect(
            user=user, password=password, host=host, dbname=name, autocommit=True
        ) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def clean_up(self) -> None:
        pids = self.processes()
        for pid in pids:
            process_ids.signal_process(pid, signal.SIGKILL)
        process_ids.wait_until_gone(pids, seconds=10)
        if os.geteuid() == 0:
            shutil.rmtree(self.folder_for_root(), ignore_errors=True)


def clean_environment() -> dict[str, str]:
    return {name: os.environ[name] for name in KEPT if name in os.environ}


def stop(process: subprocess.Popen) -> float:
    """Press Ctrl-C; return the seconds until everything was down."""
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    process.wait(timeout=30)
    return time.monotonic() - began


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def fresh_checkout(user: str = "ourselves", mode: int = 0o755) -> Iterator[Checkout]:
    """Yield a copy of the tree in a new folder; `mode` is that of the folder above it."""
    place = Path(tempfile.mkdtemp(prefix="rapport-checkout-"))
    folder = place / "rapport"
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*LEFT_OUT))
    environment = folder / ".venv"
    environment.mkdir()
    for name in ("bin", "lib"):
        (environment / name).symlink_to(Path(sys.prefix) / name)
    shutil.copy(Path(sys.prefix) / "pyvenv.cfg", environment)
    digest = subprocess.run(
        ["sha256sum", "requirements.lock"], cwd=folder, capture_output=True, text=True, check=True
    ).stdout.split()[0]
    (environment / "requirements.lock.sha256").write_text(digest)
    if user != "ourselves":
        entry = pwd.getpwnam(user)
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, entry.pw_uid, entry.pw_gid, follow_symlinks=False)
    place.chmod(mode)
    checkout = Checkout(folder, user)
    try:
        yield checkout
    finally:
        checkout.clean_up()
        shutil.rmtree(place, ignore_errors=True)
