"""`run.py bench`: hand over to the benchmarks, on servers of their own."""

import subprocess
import sys

from core.launcher.instance import ROOT
from core.launcher.servers import throw_away
from core.launcher.signals import stop_on_signals
from core.launcher.testing import child_environment


def run_bench(arguments: list[str]) -> int:
    """Run `python -m bench` with these arguments; return its exit status."""
    stop_on_signals()
    with throw_away() as (cluster, broker):
        environment = child_environment(
            cluster, broker, {"DJANGO_SETTINGS_MODULE": "config.settings"}
        )
        command = [sys.executable, "-m", "bench", *arguments]
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
