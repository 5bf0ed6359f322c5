"""A PostgreSQL cluster of our own: make it, start it, give it its roles and database."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from core.embedded import process_ids
from core.embedded.binaries import PostgresBinaries
from core.embedded.system_user import SystemUser

START_TIMEOUT_S = 60
DATABASE = "rapport"
SUPERUSER = "postgres"
# The key of each role's password, and its name in deploy/roles.sql.
ROLES = {
    "owner": "rapport_owner",
    "app": "rapport_app",
    "keeper": "rapport_keeper",
    "backup": "rapport_backup",
}
LOG_LINES_SHOWN = 20


class ServerFailedError(Exception):
    """A server did not start. The message carries the last lines of its log."""


@dataclass
class Cluster:
    """One data folder and the server over it, reached through a socket in a private folder.

    `passwords` has "superuser" and every key of ROLES. `settings` are server settings, as text.
    """

    binaries: PostgresBinaries
    data: Path
    sockets: Path
    log: Path
    user: SystemUser
    passwords: Mapping[str, str]
    settings: Mapping[str, str] = field(default_factory=dict)
    password_lost: bool = False  # the file with the superuser's password was gone

    def url(self, role: str, database: str = DATABASE) -> str:
        """Return the URL of the database for a role, in the form django-environ reads."""
        return f"postgres://{ROLES[role]}:{self.passwords[role]}@/{self.sockets}/{database}"

    def command(self) -> list[str]:
        settings = {
            "listen_addresses": "",
            "port": "5432",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "lc_messages": "C",
            "timezone": "UTC",
            "log_timezone": "UTC",
            **self.settings,
        }
        options = [text for name, value in settings.items() for text in ("-c", f"{name}={value}")]
        return [str(self.binaries.folder / "postgres"), "-D", str(self.data), *options]

    def popen_options(self) -> dict[str, Any]:
        return {"cwd": "/", "env": server_environment(), **self.user.popen_options()}

    def exists(self) -> bool:
        return (self.data / "PG_VERSION").exists()

    def create(self) -> None:
        """Make the data folder. One that a killed run left half-made is thrown away first."""
        unfinished = self.data.with_name(f"{self.data.name}.new")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        self.user.own(unfinished)
        with tempfile.NamedTemporaryFile("w", prefix="rapport-", dir=self.sockets) as password:
            password.write(self.passwords["superuser"] + "\n")
            password.flush()
            self.user.own(Path(password.name))
            locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
            if self.binaries.major < 17:
                locale = []
            self._run(
                [
                    str(self.binaries.folder / "initdb"),
                    f"--pgdata={unfinished}",
                    f"--username={SUPERUSER}",
                    f"--pwfile={password.name}",
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale=C",
                    *locale,
                ]
            )
        unfinished.rename(self.data)

    def heal(self) -> None:
        """Clear what a killed run left behind: a server without its launcher, a stale pid file."""
        pid_file = self.data / "postmaster.pid"
        try:
            pid = int(pid_file.read_text().split("\n")[0])
        except (OSError, ValueError):
            return
        command = process_ids.command_line(pid)
        if "postgres" in command and str(self.data) in command:
            # SIGINT is PostgreSQL's fast shutdown: clients are cut off, everything is written.
            process_ids.stop([pid], first=signal.SIGINT, seconds=20)
            return
        # Killed. PostgreSQL would take a stranger with that number, or its own corpse that
        # nobody has buried yet, for a running server; backends end by themselves.
        process_ids.wait_until_gone(process_ids.working_in(self.data), seconds=10)
        pid_file.unlink(missing_ok=True)

    def wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        """Return when the server takes connections.

        Raises:
            ServerFailedError: it ended, or START_TIMEOUT_S passed.
        """
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise ServerFailedError(f"PostgreSQL did not start.\n{last_lines(self.log)}")
            try:
                self.connect("postgres").close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        raise ServerFailedError(
            f"PostgreSQL did not answer within {START_TIMEOUT_S} s.\n{last_lines(self.log)}"
        )

    def connect(self, database: str) -> psycopg.Connection:
        """Connect as the superuser: only to make roles and databases."""
        return psycopg.connect(
            host=str(self.sockets),
            port=5432,
            user=SUPERUSER,
            password=self.passwords["superuser"],
            dbname=database,
            connect_timeout=10,
            autocommit=True,
        )

    def prepare(self, roles: Path, *, may_create_databases: bool = False) -> None:
        """Run deploy/roles.sql, set the roles' passwords, make the database if it is missing."""
        with self.connect("postgres") as connection:
            connection.execute(roles.read_bytes())
            for key, role in ROLES.items():
                connection.execute(
                    sql.SQL("ALTER ROLE {} PASSWORD {}").format(
                        sql.Identifier(role), sql.Literal(self.passwords[key])
                    )
                )
            if may_create_databases:
                connection.execute(f"ALTER ROLE {ROLES['owner']} CREATEDB")
            known = connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE])
            if known.fetchone() is None:
                self.create_database(connection, DATABASE)

    def remake_database(self) -> None:
        """Throw the database away and make it anew, empty."""
        with self.connect("postgres") as connection:
            name = sql.Identifier(DATABASE)
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
            self.create_database(connection, DATABASE)

    def create_database(self, connection: psycopg.Connection, name: str) -> None:
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {}").format(
                sql.Identifier(name), sql.Identifier(ROLES["owner"])
            )
        )

    def reset_superuser_password(self) -> None:
        """Set the superuser's password with the server stopped: its file in var/ was lost."""
        statement = f"ALTER ROLE {SUPERUSER} PASSWORD '{self.passwords['superuser']}'\n"
        self._run(
            [str(self.binaries.folder / "postgres"), "--single", "-D", str(self.data), "postgres"],
            feed=statement,
        )

    def _run(self, command: Sequence[str], feed: str = "") -> None:
        done = subprocess.run(
            command,
            input=feed,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            **self.popen_options(),
        )
        if done.returncode != 0:
            lines = "\n".join(done.stdout.splitlines()[-LOG_LINES_SHOWN:])
            raise ServerFailedError(f"{Path(command[0]).name} failed.\n{lines}")


def server_environment() -> dict[str, str]:
    """Return our environment without the variables that would bend a PostgreSQL program."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PG", "LC_", "LD_")) and name != "LANG"
    }
    return kept | {"LC_ALL": "C"}


def last_lines(log: Path) -> str:
    """Return the end of a server's log, for the person at the terminal."""
    try:
        lines = log.read_text(errors="replace").splitlines()
    except OSError:
        return f"(no log in {log})"
    return "\n".join(f"  {line}" for line in lines[-LOG_LINES_SHOWN:])
