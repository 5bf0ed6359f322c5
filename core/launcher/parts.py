"""The commands of the four parts that are ours: web, two workers, the clock."""

import sys
from collections.abc import Mapping

from core.launcher.instance import ROOT, VAR
from core.launcher.processes import Part

WEB_WORKERS = 2
WEB_THREADS = 4  # of each worker; each holds a database connection
# queue: (processes, seconds a task may take). Long work a person waits for has its own queue.
QUEUES = {"tick": (4, 55), "jobs": (1, 900)}


def app_parts(environment: Mapping[str, str], host: str, port: int) -> list[Part]:
    """Return the parts in the order they start."""
    commands = {"web": web_command(host, port)}
    commands |= {f"worker-{queue}": worker_command(queue) for queue in QUEUES}
    commands["beat"] = beat_command()
    # Celery warns of running as root on every start; here root is someone trying Rapport.
    quiet = {"PYTHONWARNINGS": "ignore::UserWarning:celery.platforms"}
    options = {"cwd": ROOT, "env": {**environment, **quiet}}
    return [Part(name, command, options) for name, command in commands.items()]


def web_command(host: str, port: int) -> list[str]:
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi"),
        *("--host", host, "--port", str(port)),
        *("--workers", str(WEB_WORKERS), "--respawn-failed-workers"),
        *("--blocking-threads", str(WEB_THREADS)),
        *("--workers-kill-timeout", "3", "--no-ws", "--log-level", "warning"),
        "config.wsgi:application",
    ]


def worker_command(queue: str) -> list[str]:
    processes, seconds = QUEUES[queue]
    return [
        *(sys.executable, "-m", "celery", "--quiet", "--app", "config.celery:app", "worker"),
        *("--queues", queue, "--concurrency", str(processes), "--hostname", f"{queue}@%h"),
        *("--time-limit", str(seconds), "--soft-time-limit", str(seconds - 10)),
        *("--loglevel", "WARNING", "--without-gossip", "--without-mingle"),
    ]


def beat_command() -> list[str]:
    return [
        *(sys.executable, "-m", "celery", "--quiet", "--app", "config.celery:app", "beat"),
        *("--schedule", str(VAR / "beat" / "schedule"), "--pidfile", ""),
        *("--loglevel", "WARNING"),
    ]
