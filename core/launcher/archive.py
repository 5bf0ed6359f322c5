"""`run.py backup FILE` and `restore FILE`: all data of this folder's own database, and its files."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from psycopg import sql

from core.embedded.postgres import DATABASE, ROLES, SUPERUSER, Cluster
from core.launcher.instance import VAR, LauncherError, Notes, lock, make_folders, read_environment
from core.launcher.prepared import forget_prepared
from core.launcher.processes import Part, Supervisor
from core.launcher.servers import ROLES_SQL, instance_cluster
from core.launcher.signals import ignore_signals, stop_on_signals
from core.launcher.start import SEEDED, SIGN_INS
from core.launcher.steps import step

FORMAT = 1
ELSEWHERE = (
    "DATABASE_URL names a database that run.py does not keep. Use pg_dump and pg_restore as in "
    "docs/operations.md."
)


def backup(file: str) -> int:
    """Write database and uploaded files to one archive, beside a running site or without it."""
    stop_on_signals()
    target = Path(file).absolute()
    if not os.access(target.parent, os.W_OK | os.X_OK):
        raise LauncherError(f"Cannot write to the folder {target.parent}.")
    with (
        _cluster(may_run=True, must_exist=True) as cluster,
        tempfile.TemporaryDirectory() as folder,
    ):
        dump = Path(folder) / "database.dump"
        with step("Writing the database"):
            # The role that reads past row-level security, and writes nothing.
            _run(cluster, "backup", "pg_dump", "--format=custom", f"--file={dump}", DATABASE)
        manifest = Path(folder) / "manifest.json"
        content = {
            "format": FORMAT,
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "postgres": cluster.binaries.version,
            "demo": SEEDED.read_text().strip() if SEEDED.exists() else "",
        }
        manifest.write_text(json.dumps(content, indent=1) + "\n")
        unfinished = target.with_name(f".{target.name}.unfinished")
        with step("Packing it with the uploaded files"):
            handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "wb") as raw, tarfile.open(fileobj=raw, mode="w:gz") as archive:
                archive.add(manifest, "manifest.json")
                archive.add(dump, "database.dump")
                archive.add(VAR / "media", "media")
                if SIGN_INS.exists():
                    archive.add(SIGN_INS, SIGN_INS.name)
            unfinished.replace(target)
    print(f"Everything is in {target} ({target.stat().st_size / 1e6:.1f} MB).")
    print("It holds people's private data: keep it where only you can read it.")
    return 0


def restore(file: str, *, sure: bool) -> int:
    """Put an archive in the place of the present data, which is set aside, not deleted."""
    stop_on_signals()
    source = Path(file).absolute()
    stamp = datetime.now(UTC).strftime("%Y%m%d_%H%M%S")
    with tempfile.TemporaryDirectory() as name, _open(source) as archive:
        folder = Path(name)
        _unpack(archive, folder)
        content = _manifest(folder, source)
        _ask(source, str(content["made_at"]), sure=sure)
        with _cluster(may_run=False, must_exist=False) as cluster:
            with step("Reading the database"):
                _restore_database(cluster, folder / "database.dump", stamp)
            media = VAR / "media"
            media.rename(VAR / f"media_before_{stamp}")
            shutil.copytree(folder / "media", media)
            forget_prepared()
            SEEDED.write_text(f"{content['demo']}\n")
            if (folder / SIGN_INS.name).exists():
                shutil.copyfile(folder / SIGN_INS.name, SIGN_INS)
    print(f"Restored. The data of before is kept: the database {DATABASE}_before_{stamp}")
    print(f"and the folder var/media_before_{stamp}.")
    return 0


def _restore_database(cluster: Cluster, dump: Path, stamp: str) -> None:
    """Read the dump into a new database; only when it is whole does it take the old one's place."""
    incoming = f"{DATABASE}_incoming"
    with cluster.connect("postgres") as connection:
        drop = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(incoming))
        connection.execute(drop)
        cluster.create_database(connection, incoming)
        options = ["--exit-on-error", "--single-transaction", f"--dbname={incoming}"]
        # As superuser: rows under row-level security are written past their policies.
        _run(cluster, "superuser", "pg_restore", *options, str(dump))
        for old, new in ((DATABASE, f"{DATABASE}_before_{stamp}"), (incoming, DATABASE)):
            rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
            connection.execute(rename.format(sql.Identifier(old), sql.Identifier(new)))


@contextlib.contextmanager
def _cluster(*, may_run: bool, must_exist: bool) -> Iterator[Cluster]:
    """Yield this folder's cluster, running: the site's own, or started for this command."""
    if read_environment().get("DATABASE_URL"):
        raise LauncherError(ELSEWHERE)
    make_folders()
    notes = Notes()
    with lock() as ours:
        if not ours:
            notes.load()
            if not may_run:
                raise LauncherError("Rapport runs here. Stop it first (Ctrl-C in its terminal).")
            if not notes.content.get("ready"):
                raise LauncherError("Rapport is just starting here. Try again in a minute.")
            yield instance_cluster(Path(str(notes.content["sockets"])))
            return
        notes.load()
        notes.stop_remains()
        cluster = instance_cluster()
        supervisor = Supervisor(notes)
        try:
            if not cluster.exists():
                if must_exist:
                    raise LauncherError("There is no data here yet: nothing to back up.")
                cluster.create()
            elif cluster.password_lost:
                cluster.heal()
                cluster.reset_superuser_password()
            supervisor.start(Part.postgres(cluster))
            cluster.prepare(ROLES_SQL)
            yield cluster
        finally:
            ignore_signals()
            supervisor.stop()
            notes.forget()
            shutil.rmtree(cluster.sockets, ignore_errors=True)


def _run(cluster: Cluster, role: str, program: str, *arguments: str) -> None:
    user = SUPERUSER if role == "superuser" else ROLES[role]
    link = [f"--host={cluster.sockets}", "--port=5432", f"--username={user}", "--no-password"]
    environment = cluster.popen_options()["env"] | {"PGPASSWORD": cluster.passwords[role]}
    command = [str(cluster.binaries.folder / program), *link, *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise LauncherError(f"{program} failed; nothing was changed.\n{done.stderr.strip()}")


def _open(source: Path) -> tarfile.TarFile:
    try:
        return tarfile.open(source, "r:gz")
    except (OSError, tarfile.TarError) as error:
        raise LauncherError(f"Cannot read {source}: {error}") from error


def _unpack(archive: tarfile.TarFile, folder: Path) -> None:
    """Write the files of an archive below `folder`, and nothing anywhere else.

    By hand, because Python before 3.11.4 has no extraction filters.
    """
    for member in archive:
        target = folder / member.name
        if ".." in target.parts or not target.is_relative_to(folder):
            raise LauncherError(f"The archive names a file outside of it: {member.name}")
        if member.isdir():
            target.mkdir(parents=True, exist_ok=True)
        elif member.isfile() and (content := archive.extractfile(member)) is not None:
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("wb") as file:
                shutil.copyfileobj(content, file)


def _manifest(folder: Path, source: Path) -> dict[str, object]:
    try:
        content = json.loads((folder / "manifest.json").read_text())
    except (OSError, ValueError):
        content = {}
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise LauncherError(f"{source} is no archive that this Rapport can read.")
    return content


def _ask(source: Path, made_at: str, *, sure: bool) -> None:
    if sure:
        return
    if not sys.stdin.isatty():
        raise LauncherError(
            "restore asks first, and there is nobody to ask here. Add --yes. Nothing was changed."
        )
    question = f"Put the data of {made_at} from {source.name} in the place of the present data?"
    if input(f"{question}\nType “yes”: ").strip().lower() != "yes":
        raise LauncherError("Nothing was changed.")
