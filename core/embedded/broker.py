"""A Valkey (or Redis) server of our own, on a socket in a private folder."""

import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from core.embedded import process_ids
from core.embedded.binaries import BrokerProgram
from core.embedded.postgres import ServerFailedError, last_lines

START_TIMEOUT_S = 60


@dataclass
class Broker:
    """One data folder and the server over it. `durable`: keep an append-only file."""

    program: BrokerProgram
    data: Path
    socket_path: Path
    log: Path
    durable: bool = True

    @property
    def url(self) -> str:
        return f"unix://{self.socket_path}"

    @property
    def pid_file(self) -> Path:
        return self.data / "valkey.pid"

    def command(self) -> list[str]:
        options = {
            "port": "0",
            "unixsocket": str(self.socket_path),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "pidfile": str(self.pid_file),
            # Its arguments name the folder, and its environment us: a later start knows it again.
            "set-proc-title": "no",
            "daemonize": "no",
            "appendonly": "yes" if self.durable else "no",
            "appendfsync": "everysec",
            "save": "",
            # A full broker must refuse, never drop somebody's message.
            "maxmemory-policy": "noeviction",
        }
        pairs = [text for name, value in options.items() for text in (f"--{name}", value)]
        return [str(self.program.path), *pairs]

    def heal(self) -> None:
        """Stop a server that outlived its launcher: two would write one file."""
        try:
            pid = int(self.pid_file.read_text())
        except (OSError, ValueError):
            return
        if str(self.data) in process_ids.command_line(pid).split():
            process_ids.stop([pid])
        self.pid_file.unlink(missing_ok=True)

    def wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        """Return when the server answers PING.

        Raises:
            ServerFailedError: it ended, or START_TIMEOUT_S passed.
        """
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise ServerFailedError(f"Valkey did not start.\n{last_lines(self.log)}")
            if self.answers():
                return
            time.sleep(0.05)
        raise ServerFailedError(
            f"Valkey did not answer within {START_TIMEOUT_S} s.\n{last_lines(self.log)}"
        )

    def answers(self) -> bool:
        """False also while it still loads its file."""
        try:
            with socket.socket(socket.AF_UNIX) as link:
                link.settimeout(2)
                link.connect(str(self.socket_path))
                link.sendall(b"PING\r\n")
                return link.recv(16).startswith(b"+PONG")
        except OSError:
            return False
