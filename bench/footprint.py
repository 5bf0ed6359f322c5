"""Memory of the web server: two workers after 1,000 mixed requests, and after 1,000 more."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time

import psutil
from django.conf import settings
from django.contrib.auth import get_user_model

from bench import people
from bench.report import Row

NAME = "footprint"
WORKERS, REQUESTS = 2, 1_000
MIB = 1024 * 1024


def run(size: str) -> list[Row]:
    enrollment = people.clinician()
    visitors = [
        (_cookie(enrollment.clinician), "/"),
        (_cookie(enrollment.clinician), f"/enrollments/{enrollment.public_id}/sessions/book/"),
        (_cookie(people.consultant()), "/practice/"),
        (_cookie(people.admin()), "/organization/"),
    ]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--workers", str(WORKERS), "config.wsgi:application"]
    environment = os.environ | {"ALLOWED_HOSTS": "127.0.0.1", "LOG_LEVEL": "WARNING"}
    started = time.perf_counter()
    web = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        _wait(port)
        ready = time.perf_counter() - started
        _visit(port, visitors)
        first = _memory(web.pid)
        _visit(port, visitors)
        second = _memory(web.pid)
    finally:
        web.terminate()
        web.wait(timeout=15)
    growth = second - first
    return [
        Row(NAME, "web ready after", f"{ready:.1f} s"),
        Row(
            NAME,
            f"memory after {REQUESTS} requests",
            f"{first / MIB:.0f} MiB",
            "≤ 250 MiB",
            first <= 250 * MIB,
        ),
        Row(
            NAME,
            f"growth by {REQUESTS} more",
            f"{growth / MIB:+.1f} MiB",
            "≤ 5 MiB",
            growth <= 5 * MIB,
        ),
    ]


def _cookie(user) -> str:  # type: ignore[no-untyped-def]
    assert isinstance(user, get_user_model())
    cookies = people.signed_in(user).cookies
    return f"{settings.SESSION_COOKIE_NAME}={cookies[settings.SESSION_COOKIE_NAME].value}"


def _wait(port: int) -> None:
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the web server did not start")


def _visit(port: int, visitors: list[tuple[str, str]]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for number in range(REQUESTS):
        cookie, path = visitors[number % len(visitors)]
        connection.request("GET", path, headers={"Cookie": cookie, "Host": "127.0.0.1"})
        response = connection.getresponse()
        response.read()
        assert response.status == 200, (path, response.status)


def _memory(pid: int) -> int:
    """Return the memory of the server's processes: what is shared counts once (PSS) where known."""
    process = psutil.Process(pid)
    total = 0
    for one in [process, *process.children(recursive=True)]:
        info = one.memory_full_info()
        total += getattr(info, "pss", 0) or info.rss
    return total
