"""Steps that take time: say what happens, how long it took, and, if it failed, why."""

import contextlib
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping

from core.launcher.instance import ROOT, LauncherError

LINES_SHOWN = 20


@contextlib.contextmanager
def step(label: str) -> Iterator[None]:
    """Print the label, every few seconds how long it has run, and the time it took."""
    live = sys.stdout.isatty()
    began = time.monotonic()
    finished = threading.Event()

    def tick() -> None:
        while not finished.wait(1 if live else 5):
            seconds = time.monotonic() - began
            start, end = ("\r", "") if live else ("", "\n")
            print(f"{start}{label} ... {seconds:.0f} s", end=end, flush=True)

    print(f"{label} ...", end="" if live else "\n", flush=True)
    clock = threading.Thread(target=tick, daemon=True)
    clock.start()
    word = "failed"
    try:
        yield
        word = "done"
    except KeyboardInterrupt:
        word = "stopped"
        raise
    finally:
        finished.set()
        clock.join()
        start = "\r" if live else ""
        print(f"{start}{label} ... {word} in {time.monotonic() - began:.1f} s", flush=True)


def manage(environment: Mapping[str, str], command: str, *arguments: str) -> subprocess.Popen[str]:
    """Start a command of manage.py; `finish` waits for it."""
    return subprocess.Popen(
        [sys.executable, "manage.py", command, *arguments],
        cwd=ROOT,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def import_content(environment: Mapping[str, str]) -> subprocess.Popen[str]:
    """Start the import of all programs and instruments; what is there already changes nothing."""
    return manage(environment, "import_content")


def finish(process: subprocess.Popen[str]) -> str:
    """Wait for a command of manage.py and return its output. Asking again changes nothing.

    Raises:
        LauncherError: it failed; the message carries its last lines.
    """
    try:
        output, _ = process.communicate()
    finally:
        process.kill()  # no effect on one that ended
    if process.returncode != 0:
        lines = "\n".join(f"  {line}" for line in output.splitlines()[-LINES_SHOWN:])
        name = process.args[2] if isinstance(process.args, list) else "manage.py"
        raise LauncherError(f"manage.py {name} failed:\n{lines}\nNo data was changed or lost.")
    return output
