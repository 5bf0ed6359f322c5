"""Start the parts of an instance, pass on their output, restart what dies, stop everything."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.embedded import process_ids
from core.embedded.broker import Broker
from core.embedded.postgres import Cluster, ServerFailedError
from core.launcher.instance import VAR, LauncherError, Notes
from core.launcher.servers import spawn

QUICK_DEATH_S = 10
QUICK_DEATHS = 5
LONGEST_PAUSE_S = 30
# Ctrl-C to the end within 10 s: what does not listen by then is killed (leases heal the rest).
APPS_STOP_WITHIN_S = 5.0
SERVERS_STOP_WITHIN_S = 3.0
LINES_KEPT = 20


@dataclass
class Part:
    """One process of the instance. `log`: a server's file; others speak on the terminal."""

    name: str
    command: list[str]
    options: Mapping[str, Any]
    log: Path | None = None
    stop_signal: int = signal.SIGTERM
    heal: Callable[[], None] | None = None
    wait_until_ready: Callable[[subprocess.Popen[bytes]], None] | None = None

    @classmethod
    def postgres(cls, cluster: Cluster) -> "Part":
        options = dict(cluster.popen_options())
        options["env"] = {**options["env"], process_ids.TAG: str(VAR)}
        return cls(
            name="postgres",
            command=cluster.command(),
            options=options,
            log=cluster.log,
            stop_signal=signal.SIGINT,  # its fast shutdown
            heal=cluster.heal,
            wait_until_ready=cluster.wait_until_ready,
        )

    @classmethod
    def valkey(cls, broker: Broker) -> "Part":
        return cls(
            name="valkey",
            command=broker.command(),
            options={"cwd": broker.data, "env": {**os.environ, process_ids.TAG: str(VAR)}},
            log=broker.log,
            heal=broker.heal,
            wait_until_ready=broker.wait_until_ready,
        )


@dataclass
class _Running:
    part: Part
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    quick_deaths: int = 0
    start_again_at: float = 0.0
    last_lines: list[str] = field(default_factory=list)


class Supervisor:
    """The parts of an instance, in the order they were started."""

    def __init__(self, notes: Notes) -> None:
        self.notes = notes
        self.running: list[_Running] = []

    def start(self, part: Part) -> None:
        """Start a part and wait until it is ready.

        Raises:
            ServerFailedError: it is a server and did not come up.
        """
        running = _Running(part)
        self.running.append(running)
        self._start(running)

    def watch(self) -> None:
        """Restart what dies, until the caller is interrupted.

        Raises:
            LauncherError: a part died QUICK_DEATHS times in a row, each soon after its start.
        """
        while True:
            self.look_after_all()
            time.sleep(0.2)

    def look_after_all(self) -> None:
        """Restart every part that died and whose pause is over."""
        for running in self.running:
            self._look_after(running)

    def stop(self) -> None:
        """Stop the parts, the last started first, and the servers after all others."""
        apps = [running for running in self.running if running.part.log is None]
        servers = [running for running in self.running if running.part.log is not None]
        self._stop(apps, APPS_STOP_WITHIN_S)
        self._stop(servers, SERVERS_STOP_WITHIN_S)
        self.running.clear()

    def _start(self, running: _Running) -> None:
        part = running.part
        if part.heal is not None:
            part.heal()
        running.started = time.monotonic()
        if part.log is not None:
            running.process = spawn(part.command, part.log, part.options)
        else:
            running.process = subprocess.Popen(
                part.command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # a Ctrl-C in the terminal reaches the launcher alone
                **part.options,
            )
            arguments = (running, running.process)
            threading.Thread(target=_pass_on, args=arguments, daemon=True).start()
        self.notes.note_process(part.name, running.process.pid)
        if part.wait_until_ready is not None:
            part.wait_until_ready(running.process)

    def _look_after(self, running: _Running) -> None:
        if running.process is not None:
            if running.process.poll() is None:
                return
            self._note_death(running)
        if time.monotonic() < running.start_again_at:
            return
        try:
            self._start(running)
        except ServerFailedError as error:
            say(running.part.name, str(error))

    def _note_death(self, running: _Running) -> None:
        """Clean up after a part that ended by itself, and decide when it starts again."""
        process = running.process
        assert process is not None  # noqa: S101  # for the type checker; the caller looked
        # Its children, too: workers of a dead web server would keep the port.
        process_ids.signal_process(process.pid, signal.SIGKILL, group=True)
        lived = time.monotonic() - running.started
        running.quick_deaths = running.quick_deaths + 1 if lived < QUICK_DEATH_S else 1
        if running.quick_deaths >= QUICK_DEATHS:
            reason = "\n".join(f"  {line}" for line in running.last_lines)
            raise LauncherError(
                f"{running.part.name} ended {QUICK_DEATHS} times in a row, "
                f"the last time with status {process.returncode}.\n{reason}"
            )
        pause = min(LONGEST_PAUSE_S, 2 ** (running.quick_deaths - 1))
        say(running.part.name, f"ended with status {process.returncode}; again in {pause} s")
        running.start_again_at = time.monotonic() + pause
        running.process = None

    def _stop(self, parts: list[_Running], seconds: float) -> None:
        processes = [(one.part, one.process) for one in reversed(parts) if one.process is not None]
        for part, process in processes:
            if process.poll() is None:
                process_ids.signal_process(process.pid, part.stop_signal)
        deadline = time.monotonic() + seconds
        for part, process in processes:
            try:
                process.wait(timeout=max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                # PostgreSQL's immediate shutdown; the next start replays its log.
                last = signal.SIGQUIT if part.name == "postgres" else signal.SIGKILL
                process_ids.signal_process(process.pid, last, group=last == signal.SIGKILL)
        for part, process in processes:
            try:
                process.wait(timeout=1)
            except subprocess.TimeoutExpired:
                process_ids.signal_process(process.pid, signal.SIGKILL)
            if part.name != "postgres":
                process_ids.signal_process(process.pid, signal.SIGKILL, group=True)


def say(name: str, text: str) -> None:
    """Print the lines of one part, each behind its name."""
    for line in text.splitlines():
        print(f"{name:<11} | {line}", flush=True)


def _pass_on(running: _Running, process: subprocess.Popen[bytes]) -> None:
    """Print what a part writes until it ends; keep its last lines for a report."""
    stream = process.stdout
    if stream is None:
        return
    for raw in stream:
        line = raw.decode(errors="replace").rstrip()
        running.last_lines = [*running.last_lines[1 - LINES_KEPT :], line]
        try:
            say(running.part.name, line)
        except (BrokenPipeError, ValueError):
            sys.stdout = None  # type: ignore[assignment]  # the terminal is gone; keep reading
