"""`run.py test`: the whole suite on servers of its own, beside whatever runs here."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping

from core.embedded.broker import Broker
from core.embedded.postgres import Cluster
from core.embedded.process_ids import TAG
from core.launcher.instance import ROOT
from core.launcher.servers import throw_away
from core.launcher.signals import stop_on_signals

# What .env or a running instance may set, and tests must not inherit.
NEUTRAL = {
    "DEBUG": "0",
    "LOCAL_MODE": "1",
    "DEMO_MODE": "0",
    "EMAIL_URL": "",
    "SECRET_KEY": "only-for-tests-only-for-tests-only-for-tests-0123456789",
    "PYTHONTZPATH": "",
}


def child_environment(
    cluster: Cluster, broker: Broker, extra: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return the environment for Django on throw-away servers."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name != TAG and not (name.startswith("PG") and name != "PG_SOURCE")
    }
    return (
        kept
        | NEUTRAL
        | {
            "DATABASE_URL": cluster.url("app"),
            "DATABASE_OWNER_URL": cluster.url("owner"),
            "REDIS_URL": broker.url,
            **(extra or {}),
        }
    )


def cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS
        return os.cpu_count() or 1


def run_tests(arguments: list[str]) -> int:
    """Run pytest; return its exit status. `arguments` go to pytest, after ours."""
    stop_on_signals()
    command = [sys.executable, "-m", "pytest", "-n", str(cores()), "--dist", "loadgroup"]
    settings = {"DJANGO_SETTINGS_MODULE": "config.settings_test"}
    with throw_away() as (cluster, broker):
        environment = child_environment(cluster, broker, settings)
        process = subprocess.Popen([*command, *arguments], cwd=ROOT, env=environment)
        try:
            return process.wait()
        except KeyboardInterrupt:
            # pytest may have had the same Ctrl-C: let it close with its summary.
            process.send_signal(signal.SIGINT)
            return process.wait(timeout=30)
        finally:
            process.kill()  # no effect on one that ended
