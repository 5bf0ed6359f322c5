"""`python3 run.py` for real: a copy of the tree, its own servers, and what may happen to them."""

import os
import signal
import time

import pytest

from core.embedded import process_ids
from tests.launcher.checkouts import free_port, fresh_checkout, stop, users

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("launcher")]
# The last is somebody without rights, if there is one.
USER = users()[-1]


def kill(pids: list[int]) -> None:
    for pid in pids:
        process_ids.signal_process(pid, signal.SIGKILL)
    assert process_ids.wait_until_gone(pids, seconds=10) == []


def test_start_keeps_data_through_kills_and_stops_clean():
    with fresh_checkout(USER) as checkout:
        process = checkout.start("--no-demo", "--port", str(free_port()))
        assert checkout.get("/healthz/") == 200
        assert checkout.get("/readyz/") == 200
        checkout.sql("CREATE TABLE kept AS SELECT 42 AS answer")
        for name in ("local.env", "secrets/superuser", "secrets/app", "instance.json"):
            assert (checkout.folder / "var" / name).stat().st_mode & 0o777 == 0o600

        again = checkout.run("--no-demo")
        assert (again.returncode, "already runs" in again.stdout) == (0, True), again.stdout
        refused = checkout.run("--reset", "--yes")
        assert (refused.returncode, "Stop it first" in refused.stdout) == (1, True)

        # The broker dies: it comes back by itself, at the same address.
        (broker,) = (
            pid for pid in checkout.processes() if "valkey-server" in process_ids.command_line(pid)
        )
        kill([broker])
        checkout.wait_for("valkey      | ended with status -9; again in 1 s", process)

        # The launcher alone is killed: the rest lives on, until the next start clears it away.
        process.kill()
        process.wait()
        remains = checkout.processes()
        assert len(remains) >= 6
        # Somebody edits an edition that is imported already: it is refused, and the site runs.
        edited = checkout.folder / "curriculum/loving-kindness-and-compassion/program.yaml"
        edited.write_text(edited.read_text().replace("summary: >-", "summary: >-\n  Edited.", 1))
        began = time.monotonic()
        process = checkout.start("--no-demo")
        assert time.monotonic() - began < 60
        said = checkout.output.read_text()
        assert "1 of 6 refused.\n  loving-kindness-and-compassion: " in said
        assert "goes on with the editions imported before" in said
        assert process_ids.wait_until_gone(remains, seconds=1) == []
        assert checkout.sql("SELECT answer FROM kept") == [(42,)]

        # The whole tree is killed, and the notes about it are unreadable.
        process.kill()
        process.wait()
        kill(checkout.processes())
        (checkout.folder / "var/instance.json").write_text("{broken")
        process = checkout.start("--no-demo")
        assert checkout.sql("SELECT answer FROM kept") == [(42,)]

        assert stop(process) < 10
        assert process.returncode == 0
        assert checkout.processes() == []
        assert not (checkout.folder / "var/instance.json").exists()


def test_an_archive_restores_what_is_lost_heals_and_reset_asks():
    # For root: a folder that PostgreSQL's user cannot enter.
    with fresh_checkout(mode=0o700) as checkout:
        process = checkout.start("--no-demo")
        checkout.sql("CREATE TABLE kept AS SELECT 42 AS answer")
        archive = str(checkout.folder / "var/all.tar.gz")
        done = checkout.run("backup", archive)
        assert done.returncode == 0, done.stdout
        refused = checkout.run("restore", archive, "--yes")
        assert (refused.returncode, "Stop it first" in refused.stdout) == (1, True)
        checkout.sql("DROP TABLE kept")
        assert stop(process) < 10

        for secret in (checkout.folder / "var/secrets").iterdir():
            secret.unlink()
        # A pid file of a server killed long ago, whose number is now somebody else's: ours.
        (data,) = [*(checkout.folder / "var").glob("pg*"), *checkout.folder_for_root().glob("pg*")]
        stale = data / "postmaster.pid"
        stale.write_text(f"{os.getpid()}\n{data}\n1\n5432\n/nowhere\n\n  1 1\n")
        os.chown(stale, data.stat().st_uid, data.stat().st_gid)
        refused = checkout.run("restore", archive)  # nobody there to say yes
        assert (refused.returncode, "Nothing was changed" in refused.stdout) == (1, True)
        done = checkout.run("restore", archive, "--yes")
        assert done.returncode == 0, done.stdout
        process = checkout.start("--no-demo")
        assert checkout.sql("SELECT answer FROM kept") == [(42,)]
        assert checkout.get("/readyz/") == 200
        assert stop(process) < 10

        refused = checkout.run("--reset")
        assert (refused.returncode, "Nothing was deleted" in refused.stdout) == (1, True)
        left_over = data / "left-over"  # inode numbers come back, this file must not
        left_over.touch()
        process = checkout.start("--no-demo", "--reset", "--yes", until="Starting PostgreSQL")
        assert not left_over.exists()
        assert data.exists()
        process.send_signal(signal.SIGTERM)  # in the middle of things
        process.wait(timeout=10)
        assert checkout.processes() == []
