"""What `python3 run.py` says when it cannot start: a plain sentence, and nothing is touched."""

import ast
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.launcher.checkouts import (
    ROOT,
    can_run_python,
    clean_environment,
    fresh_checkout,
    popen_options,
)

pytestmark = pytest.mark.xdist_group("launcher")


@pytest.fixture(scope="module")
def checkout():
    with fresh_checkout() as checkout:
        yield checkout


def test_run_py_parses_on_python_3_8_and_is_short():
    text = (ROOT / "run.py").read_text()
    ast.parse(text, feature_version=(3, 8))
    assert len(text.splitlines()) < 150


def test_run_py_tells_an_old_python_what_it_needs():
    code = (
        "import runpy, sys; sys.version_info = (3, 8, 10, 'final', 0);"
        "runpy.run_path('run.py', run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.startswith("Rapport needs Python 3.11 or later; this is 3.8.")


def test_a_port_in_use_is_named(checkout):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen(1)
        port = other.getsockname()[1]
        done = checkout.run("--no-demo", "--port", str(port))
    assert done.returncode == 1
    assert f"Port {port} cannot be used: another program uses it" in done.stdout
    assert "Traceback" not in done.stdout


@pytest.mark.parametrize("port", ["0", "70000", "-1"])
def test_a_port_that_is_none_is_refused(checkout, port):
    done = checkout.run("--no-demo", "--port", port)
    assert (done.returncode, "Traceback" in done.stdout) == (1, False), done.stdout


def test_an_address_that_others_reach_is_refused(checkout):
    done = checkout.run("--host", "0.0.0.0")  # noqa: S104  # it must be refused
    assert (done.returncode, "docs/operations.md" in done.stdout) == (1, True)


def test_a_forced_postgres_that_is_none_is_refused(checkout):
    done = checkout.run("--no-demo", PG_SOURCE="elsewhere")
    assert (done.returncode, "PG_SOURCE" in done.stdout) == (2, True)


def test_reset_leaves_a_database_alone_that_is_not_ours(checkout):
    url = "postgres://somebody:secret@db.example.org/theirs"
    done = checkout.run("--reset", "--yes", DATABASE_URL=url)
    assert (done.returncode, "Nothing was deleted" in done.stdout) == (1, True), done.stdout


def _who_cannot_write() -> list[tuple[str, str]]:
    """Who meets a folder that is closed for writing; root never does, so `nobody` for it."""
    if os.geteuid() != 0:
        return [("ourselves", sys.executable)]
    pythons = [sys.executable, "/usr/bin/python3", "/usr/local/bin/python3"]
    found = [python for python in pythons if can_run_python("nobody", python)]
    return [("nobody", python) for python in found[:1]]


@pytest.mark.parametrize(("user", "python"), _who_cannot_write())
def test_a_read_only_folder_is_named(user, python):
    place = Path(tempfile.mkdtemp(prefix="rapport-read-only-"))
    try:
        for name in ("run.py", "requirements.lock"):
            shutil.copy(ROOT / name, place)
        place.chmod(0o555)
        done = subprocess.run(
            [python, "run.py"], cwd=place, env=clean_environment(), capture_output=True, text=True,
            **popen_options(user),
        )  # fmt: skip
    finally:
        place.chmod(0o755)
        shutil.rmtree(place)
    assert done.returncode == 2
    assert f"cannot write to {place}" in done.stderr
