"""`run.py`: bring everything up, say where it answers, keep it up, take it down."""

import argparse
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from core.embedded import process_ids
from core.embedded.postgres import Cluster
from core.embedded.system_user import ourselves
from core.launcher.instance import (
    VAR,
    LauncherError,
    Notes,
    answers,
    lock,
    make_folders,
    read_environment,
    secret,
    write_local_environment,
)
from core.launcher.parts import app_parts
from core.launcher.ports import choose_port
from core.launcher.prepared import (
    CONTENT,
    STATIC,
    fingerprint,
    is_prepared,
    note_prepared,
)
from core.launcher.processes import Part, Supervisor
from core.launcher.reset import reset
from core.launcher.servers import (
    ROLES_SQL,
    instance_broker,
    instance_cluster,
    remove_old_sockets,
    socket_folder,
)
from core.launcher.signals import ignore_signals, stop_on_signals
from core.launcher.steps import finish, import_content, manage, step

LOOPBACK = {"localhost": "127.0.0.1", "127.0.0.1": "127.0.0.1", "::1": "::1"}
READY_WITHIN_S = 60
SIGN_INS = VAR / "demo-sign-ins.txt"
SEEDING = VAR / "seeding"  # there while the demo practice is loaded into an empty database
SEEDED = VAR / "seeded"  # names the database that has the demo practice


Background = list[subprocess.Popen[str]]
Wait = Callable[[], None]


def start(options: argparse.Namespace) -> int:
    """Start the instance of this folder and stay until Ctrl-C or SIGTERM."""
    host = LOOPBACK.get(options.host)
    if host is None:
        raise LauncherError(
            f"run.py serves this machine only, so --host {options.host} cannot be. "
            "For others, deploy it: docs/operations.md"
        )
    make_folders()
    notes = Notes()
    with lock() as ours:
        if not ours:
            return show_running(notes, reset=options.reset)
        notes.load()
        if notes.stop_remains():
            print("Stopped what an earlier run had left behind.")
        remove_old_sockets()
        notes.forget()
        port = choose_port(host, options.port)
        return Start(notes, host, port, options).run()


class Start:
    """One run of the instance, from its servers to its end."""

    def __init__(self, notes: Notes, host: str, port: int, options: argparse.Namespace) -> None:
        self.notes = notes
        self.host = host
        self.port = port
        self.options = options
        self.given = read_environment()
        self.supervisor = Supervisor(notes)
        self.sockets: Path | None = None
        self.url = f"http://[{host}]:{port}" if ":" in host else f"http://localhost:{port}"

    def run(self) -> int:
        stop_on_signals()
        me = {"pid": os.getpid(), "started": process_ids.started(os.getpid())}
        self.notes.save(**me, host=self.host, port=self.port, url=self.url)
        try:
            self.bring_up()
            self.supervisor.watch()
        except KeyboardInterrupt:
            print("\nStopping ...", flush=True)
        finally:
            ignore_signals()
            self.take_down()
        print("Stopped. Your data is kept: python3 run.py starts it again.", flush=True)
        return 0

    def bring_up(self) -> None:
        began = time.monotonic()
        environment = self.environment()
        background: list[subprocess.Popen[str]] = []
        try:
            static = self.collect_static(environment, background)
            with step("Updating the tables"):
                owner = environment | {"RAPPORT_DB_ROLE": "owner"}
                finish(manage(owner, "migrate", "--noinput", "--verbosity=1"))
            content = self.import_content(environment, background)
            if self.lacks_demo(environment):
                with step("Importing programs and questionnaires"):
                    content()
                self.seed(environment)
            with step("Starting web, two workers and the clock"):
                static()  # the web server reads its list of files once
                web, *others = app_parts(environment, self.host, self.port)
                self.supervisor.start(web)
                refused = _refusal_of(content)
                self.wait_until_ready()  # first: on two cores the others would take its time
                for part in others:
                    self.supervisor.start(part)
        finally:
            for process in background:
                process.kill()  # no effect on one that ended
        self.notes.save(ready=True)
        if refused:
            print(f"\n{refused}\nThe site goes on with the editions imported before.")
        print(f"\nRapport is ready after {time.monotonic() - began:.0f} s: {self.url}/")
        if not self.options.no_demo and SIGN_INS.exists():
            print(f"\n{SIGN_INS.read_text().rstrip()}")
        print("\nCtrl-C stops it and keeps your data.\n", flush=True)

    def take_down(self) -> None:
        self.supervisor.stop()
        # Whatever slipped through: a part that was being started when Ctrl-C came.
        process_ids.stop(process_ids.tagged(str(VAR)), seconds=1)
        if self.sockets is not None:
            shutil.rmtree(self.sockets, ignore_errors=True)
        self.notes.forget()

    def environment(self) -> dict[str, str]:
        """Start the servers that the environment does not name; return what children get."""
        given = self.given
        values = {
            "LOCAL_MODE": "1",
            "DEMO_MODE": "0" if self.options.no_demo else "1",
            "SITE_URL": given.get("SITE_URL") or self.url,
        }
        if given.get("EMAIL_URL"):
            values["EMAIL_URL"] = given["EMAIL_URL"]
        own_cluster = None if given.get("DATABASE_URL") else self.cluster()
        if self.options.reset:
            reset(own_cluster, sure=self.options.yes)
            own_cluster = own_cluster and self.cluster()  # with new passwords
        if own_cluster is None:
            values["DATABASE_URL"] = given["DATABASE_URL"]
            values["DATABASE_OWNER_URL"] = given.get("DATABASE_OWNER_URL") or given["DATABASE_URL"]
            print("PostgreSQL: the one that DATABASE_URL names")
        else:
            self.start_postgres(own_cluster)
            values["DATABASE_URL"] = own_cluster.url("app")
            values["DATABASE_OWNER_URL"] = own_cluster.url("owner")
        if given.get("REDIS_URL"):
            values["REDIS_URL"] = given["REDIS_URL"]
            print("Broker: the one that REDIS_URL names")
        else:
            values["REDIS_URL"] = self.start_broker()
        values["SECRET_KEY"] = given.get("SECRET_KEY") or secret("secret_key")
        write_local_environment(values)
        bending = () if own_cluster is None else ("PG",)  # libpq reads these behind our back
        kept = {name: value for name, value in given.items() if not name.startswith(bending)}
        fixed = {"PYTHONUNBUFFERED": "1", "PYTHONTZPATH": "", process_ids.TAG: str(VAR)}
        return kept | fixed | values | {"DJANGO_SETTINGS_MODULE": "config.settings"}

    def cluster(self) -> Cluster:
        cluster = instance_cluster(self.sockets)
        self.note_sockets(cluster.sockets)
        return cluster

    def start_postgres(self, cluster: Cluster) -> None:
        if not cluster.exists():
            with step("Making the database"):
                cluster.create()
        elif cluster.password_lost:
            with step("Setting new database passwords, the old ones are gone"):
                cluster.heal()
                cluster.reset_superuser_password()
        with step(f"Starting {cluster.binaries}"):
            self.supervisor.start(Part.postgres(cluster))
            cluster.prepare(ROLES_SQL)
        if SEEDING.exists():
            # It was empty before, and no page was served since: nothing of anyone's is in it.
            with step("The demo practice was cut off while loading: beginning it again"):
                cluster.remake_database()
                SEEDING.unlink()

    def start_broker(self) -> str:
        broker = instance_broker(self.sockets or self.note_sockets(socket_folder(ourselves())))
        with step(f"Starting {broker.program}"):
            self.supervisor.start(Part.valkey(broker))
        return broker.url

    def note_sockets(self, folder: Path) -> Path:
        self.sockets = folder
        self.notes.save(sockets=str(folder))
        return folder

    def collect_static(self, environment: dict[str, str], background: Background) -> Wait:
        """Start collecting style sheets and pictures; return how to wait for it."""
        mark = fingerprint(STATIC)
        if is_prepared("static", mark, VAR / "static" / "staticfiles.json"):
            return _nothing
        process = manage(environment, "collectstatic", "--noinput", "--verbosity=0")
        return _in_background(process, background, "static", mark)

    def import_content(self, environment: dict[str, str], background: Background) -> Wait:
        """Start importing programs and instruments; return how to wait for it."""
        mark = f"{self.database_name(environment)} {fingerprint(CONTENT)}"
        if is_prepared("content", mark):
            return _nothing
        return _in_background(import_content(environment), background, "content", mark)

    def lacks_demo(self, environment: dict[str, str]) -> bool:
        known = SEEDED.read_text().strip() if SEEDED.exists() else ""
        return not self.options.no_demo and known != self.database_name(environment)

    def seed(self, environment: dict[str, str]) -> None:
        with step("Loading the demo practice"):
            finish(manage(environment, "seed_demo"))
        SEEDED.write_text(f"{self.database_name(environment)}\n")

    def database_name(self, environment: dict[str, str]) -> str:
        """Return what tells databases apart; our own has another socket at every start."""
        url = environment["DATABASE_URL"]
        return url.rpartition("@")[2] if self.given.get("DATABASE_URL") else "embedded"

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_WITHIN_S
        while not answers(f"{self.url}/readyz/"):
            self.supervisor.look_after_all()
            if time.monotonic() > deadline:
                raise LauncherError(f"The site did not answer within {READY_WITHIN_S} s.")
            time.sleep(0.1)


def _in_background(
    process: subprocess.Popen[str], background: Background, name: str, mark: str
) -> Wait:
    background.append(process)

    def wait() -> None:
        if process in background:
            finish(process)
            background.remove(process)
            note_prepared(name, mark)

    return wait


def _nothing() -> None:
    return None


def _refusal_of(wait: Wait) -> str:
    """Why the import was refused, or "": a practice that runs goes on with what it has."""
    try:
        wait()
    except LauncherError as error:
        return str(error)
    return ""


def show_running(notes: Notes, *, reset: bool) -> int:
    """Another launcher holds the lock: wait until its site answers, and print the address."""
    if reset:
        raise LauncherError("Rapport runs here. Stop it first (Ctrl-C in its terminal).")
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline:
        notes.load()
        url = notes.content.get("url")
        if isinstance(url, str) and notes.launcher_pid() and answers(f"{url}/healthz/"):
            print(f"Rapport already runs: {url}/")
            return 0
        time.sleep(0.5)
    pid = notes.launcher_pid()
    stop = f"kill {pid}" if pid else "Ctrl-C in its terminal"
    raise LauncherError(f"Rapport runs here, but its site does not answer. Stop it first: {stop}")
