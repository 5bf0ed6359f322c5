"""Start the real processes of the site against the test database, and kill them."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings
from django.db import connection


def environment(*, smtp_port: int, broker_url: str = "unix:///nowhere.sock") -> dict[str, str]:
    """What a machine of the site has: the plain database role, a mail server, a broker."""
    drop = {"RAPPORT_DB_ROLE", "DATABASE_OWNER_URL", "PYTEST_CURRENT_TEST"}
    kept = {name: value for name, value in os.environ.items() if name not in drop}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": settings.SECRET_KEY,
        "DATABASE_URL": _database_url(),
        "REDIS_URL": broker_url,
        "EMAIL_URL": f"smtp://127.0.0.1:{smtp_port}",
        "LOCAL_MODE": "1",
        "DEMO_MODE": "0",
        "LOG_LEVEL": "WARNING",
        "PYTHONWARNINGS": "ignore",
    }


def _database_url() -> str:
    database = connection.settings_dict
    place = database["HOST"] or "localhost"
    if not place.startswith("/") and database["PORT"]:
        place = f"{place}:{database['PORT']}"
    return f"postgres://{database['USER']}:{database['PASSWORD']}@{_path(place)}/{database['NAME']}"


def _path(place: str) -> str:
    return f"/{place}" if place.startswith("/") else place


@contextmanager
def running(
    command: list[str], env: dict[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Run `command` in a process group of its own; nothing of it outlives the block."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            cwd=settings.BASE_DIR,
            env=env,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL the process and its children: no handler runs, nothing is finished."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=10)


def wait_until(
    is_true: Callable[[], bool], *, seconds: float, log: Path | None = None, every: float = 0.02
) -> None:
    """Return when `is_true()`; fail after `seconds` with the end of `log`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if is_true():
            return
        time.sleep(every)
    words = log.read_text(errors="replace")[-3000:] if log is not None and log.exists() else ""
    raise AssertionError(f"not within {seconds} s\n{words}")
