"""The embedded servers of an instance, and throw-away ones for tests and benchmarks."""

import contextlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from core.embedded import process_ids
from core.embedded.binaries import (
    find_broker,
    find_postgres,
    folder_for_root,
    within_reach,
)
from core.embedded.broker import Broker
from core.embedded.postgres import ROLES, Cluster
from core.embedded.system_user import SystemUser, server_user
from core.launcher.instance import ROOT, VAR, LauncherError, secret

ROLES_SQL = ROOT / "deploy" / "roles.sql"
# A socket's path has room for 107 bytes on Linux, 103 on macOS.
LONGEST_SOCKET_FOLDER = 80
INSTANCE_NOTE = "instance"
THROW_AWAY_NOTE = "throw-away.json"
THROW_AWAY_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "300",
    "shared_buffers": "256MB",
}


def socket_folder(user: SystemUser) -> Path:
    """Make a short private folder that `user` owns, for the sockets of one run."""
    for place in _socket_places():
        usable = os.access(place, os.W_OK | os.X_OK) and user.can_enter(place)
        if usable and len(os.fsencode(place)) < LONGEST_SOCKET_FOLDER:
            folder = Path(tempfile.mkdtemp(prefix="rapport-", dir=place))
            (folder / INSTANCE_NOTE).write_text(str(VAR))
            user.own(folder)
            return folder
    raise LauncherError("There is no temporary folder to put the servers' sockets in.")


def _socket_places() -> list[Path]:
    places = [os.environ.get("XDG_RUNTIME_DIR", ""), tempfile.gettempdir(), "/tmp"]  # noqa: S108
    return [Path(place) for place in dict.fromkeys(filter(None, places))]


def data_home(var: Path = VAR) -> Path:
    """Return where the cluster lives: var/; for root /var/lib if `nobody` cannot enter var/."""
    user = server_user()
    if not user.is_other or user.can_enter(var):
        return var
    return folder_for_root(ROOT)


def instance_cluster(sockets: Path | None = None, var: Path = VAR) -> Cluster:
    """Return the cluster of this checkout, not started, its binaries within its user's reach."""
    binaries = find_postgres(os.environ.get("PG_SOURCE", ""))
    data = data_home(var) / f"pg{binaries.major}"
    try:
        data.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    except OSError as error:
        raise LauncherError(f"Cannot make the folder {data.parent}: {error.strerror}.") from error
    user = server_user(data)
    if not user.is_other and data.exists() and not os.access(data, os.R_OK):
        raise LauncherError(
            f"{data} belongs to user number {data.stat().st_uid}, who ran Rapport here before.\n"
            "Run it as that user (or as root), or in a folder of your own."
        )
    password_lost = not (var / "secrets" / "superuser").exists()
    return Cluster(
        binaries=within_reach(binaries, user, folder_for_root(ROOT)),
        data=data,
        sockets=sockets or socket_folder(user),
        log=var / "log" / "postgres.log",
        user=user,
        passwords={name: secret(name, var) for name in ("superuser", *ROLES)},
        password_lost=password_lost,
    )


def instance_broker(sockets: Path, var: Path = VAR) -> Broker:
    found = find_broker()
    log = var / "log" / "valkey.log"
    return Broker(found, var / "valkey", sockets / "valkey.sock", log)


def spawn(command: list[str], log: Path, options: Mapping[str, Any]) -> subprocess.Popen[bytes]:
    """Start a server in its own session, its output appended to `log`."""
    if log.exists() and log.stat().st_size > 5_000_000:
        log.replace(log.with_suffix(".old.log"))
    with log.open("ab") as output:
        return subprocess.Popen(
            command, stdin=-3, stdout=output, stderr=output, start_new_session=True, **options
        )


def remove_old_sockets() -> None:
    """Remove the socket folders of earlier runs here that were killed. The caller has the lock."""
    for place in _socket_places():
        for note in place.glob(f"rapport-*/{INSTANCE_NOTE}"):
            throw_away_too = (note.parent / THROW_AWAY_NOTE).exists()
            with contextlib.suppress(OSError):
                if not throw_away_too and note.read_text() == str(VAR):
                    shutil.rmtree(note.parent)


def sweep() -> None:
    """Remove throw-away servers whose launcher was killed."""
    for place in _socket_places():
        for note in place.glob(f"rapport-*/{THROW_AWAY_NOTE}"):
            try:
                owner = json.loads(note.read_text())
                if process_ids.started(owner["pid"]) == owner["started"]:
                    continue
            except (OSError, ValueError, LookupError, TypeError):
                continue  # somebody else's, or just being made
            folder = note.parent
            for pid_file in (folder / "pg" / "postmaster.pid", folder / "valkey.pid"):
                try:
                    pid = int(pid_file.read_text().split("\n")[0])
                except (OSError, ValueError):
                    continue
                if str(folder) in process_ids.command_line(pid):
                    process_ids.stop([pid], first=signal.SIGQUIT, seconds=3)
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def throw_away() -> Iterator[tuple[Cluster, Broker]]:
    """Yield a running cluster (durability off) and broker that leave nothing behind."""
    sweep()
    user = server_user()
    folder = socket_folder(user)
    owner = {"pid": os.getpid(), "started": process_ids.started(os.getpid())}
    (folder / THROW_AWAY_NOTE).write_text(json.dumps(owner))
    running: list[subprocess.Popen[bytes]] = []
    try:
        binaries = find_postgres(os.environ.get("PG_SOURCE", ""))
        cluster = Cluster(
            binaries=within_reach(binaries, user, folder_for_root(ROOT)),
            data=folder / "pg",
            sockets=folder,
            log=folder / "postgres.log",
            user=user,
            passwords={name: secrets.token_urlsafe(16) for name in ("superuser", *ROLES)},
            settings=THROW_AWAY_SETTINGS,
        )
        cluster.create()
        running.append(spawn(cluster.command(), cluster.log, cluster.popen_options()))
        cluster.wait_until_ready(running[-1])
        cluster.prepare(ROLES_SQL, may_create_databases=True)
        log = folder / "valkey.log"
        broker = Broker(find_broker(), folder, folder / "valkey.sock", log, durable=False)
        running.append(spawn(broker.command(), broker.log, {"cwd": folder}))
        broker.wait_until_ready(running[-1])
        yield cluster, broker
    finally:
        for process in reversed(running):
            # Its data is thrown away: SIGQUIT is PostgreSQL's immediate shutdown.
            process.send_signal(signal.SIGQUIT if process is running[0] else signal.SIGTERM)
        for process in running:
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(folder, ignore_errors=True)
