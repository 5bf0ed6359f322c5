"""Which process is it really? A pid alone may have passed on to a stranger.

Linux is read from /proc, other systems through `ps`.
"""

import os
import signal
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

PROC = Path("/proc")
TAG = "RAPPORT_INSTANCE"  # in the environment of every process of an instance: its folder


def started(pid: int) -> str | None:
    """Return a text that no later process with the same pid will have; None if it is gone."""
    if (PROC / "self").exists():
        try:
            fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
            boot = (PROC / "sys/kernel/random/boot_id").read_text().strip()
        except OSError:
            return None
        return None if fields[0] in "ZX" else f"{boot}:{fields[19]}"
    answer = _ps("-p", str(pid), "-o", "stat=,lstart=")
    return None if not answer or answer.startswith("Z") else answer.partition(" ")[2].strip()


def command_line(pid: int) -> str:
    """Return the command of a process, its arguments separated by spaces; empty if it is gone."""
    if (PROC / "self").exists():
        try:
            raw = (PROC / str(pid) / "cmdline").read_bytes()
        except OSError:
            return ""
        return raw.replace(b"\0", b" ").decode(errors="replace").strip()
    return _ps("-p", str(pid), "-o", "command=")


def tagged(value: str) -> list[int]:
    """Return the pids whose environment carries our tag with this value (Linux only)."""
    wanted = f"{TAG}={value}".encode()
    found = []
    for folder in PROC.glob("[0-9]*"):
        try:
            environment = (folder / "environ").read_bytes()
        except OSError:
            continue  # gone, or somebody else's
        pid = int(folder.name)
        if wanted in environment.split(b"\0") and pid != os.getpid() and started(pid):
            found.append(pid)
    return found


def working_in(folder: Path) -> list[int]:
    """Return the pids whose working folder is this one (Linux only)."""
    found = []
    for entry in PROC.glob("[0-9]*"):
        try:
            same = (entry / "cwd").readlink() == folder
        except OSError:
            continue  # gone, or somebody else's
        if same:
            found.append(int(entry.name))
    return found


def signal_process(pid: int, number: int, *, group: bool = False) -> None:
    """Send a signal to a process, or to the group it leads; one that is gone is no error."""
    try:
        if group:
            os.killpg(pid, number)
        else:
            os.kill(pid, number)
    except (ProcessLookupError, PermissionError):
        return


def wait_until_gone(pids: Iterable[int], *, seconds: float) -> list[int]:
    """Wait for processes that are not our children; return those still there at the end."""
    deadline = time.monotonic() + seconds
    left = [pid for pid in pids if started(pid)]
    while left and time.monotonic() < deadline:
        time.sleep(0.05)
        left = [pid for pid in left if started(pid)]
    return left


def stop(pids: Iterable[int], *, first: int = signal.SIGTERM, seconds: float = 5) -> None:
    """Stop processes: ask, wait, then kill what did not listen."""
    pids = list(pids)
    for pid in pids:
        signal_process(pid, first)
    for pid in wait_until_gone(pids, seconds=seconds):
        signal_process(pid, signal.SIGKILL)
    wait_until_gone(pids, seconds=5)


def _ps(*arguments: str) -> str:
    answer = subprocess.run(["ps", *arguments], capture_output=True, text=True, check=False)
    return answer.stdout.strip()
