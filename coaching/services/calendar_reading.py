"""Read a stranger's calendar file in a process of its own, which may fail without harm."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from coaching.engine.ics_spans import Reading
from coaching.engine.ics_text import CalendarUnreadableError

CPU_S = 10
WALL_S = 20
MEMORY_BYTES = 256 * 2**20
MOST_ANSWER_BYTES = 8 * 2**20
_SOURCE = Path(__file__).resolve().parents[2]


def read_in_child(content: bytes, *, zone: str, lo: int, hi: int) -> Reading:
    """Return when the file's owner is busy within [lo, hi), epoch seconds.

    Args:
        content: of the file.
        zone: IANA name of the owner's zone.

    Raises:
        CalendarUnreadableError: "not_a_calendar", "cut_off", "too_complex", "too_slow",
            "too_much_memory", "crashed".
    """
    request = {
        "zone": zone,
        "lo": lo,
        "hi": hi,
        "cpu_s": CPU_S,
        "memory_bytes": MEMORY_BYTES,
    }
    try:
        done = subprocess.run(
            [sys.executable, "-m", "coaching.engine.ics_child"],
            input=json.dumps(request).encode() + b"\n" + content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a traceback could quote the file
            timeout=WALL_S,
            cwd=_SOURCE,
            env=_environment(),
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise CalendarUnreadableError("too_slow") from error
    if done.returncode != 0:
        # SIGXCPU or SIGKILL: the limit of processor time.
        raise CalendarUnreadableError("too_slow" if done.returncode in (-24, -9) else "crashed")
    return _reading(done.stdout)


def _environment() -> dict[str, str]:
    """Only what Python needs: no secret of ours stands in the child's environment."""
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "SYSTEMROOT", "VIRTUAL_ENV")
    return {name: os.environ[name] for name in kept if name in os.environ} | {"PYTHONTZPATH": ""}


def _reading(answer: bytes) -> Reading:
    try:
        if len(answer) > MOST_ANSWER_BYTES:
            raise ValueError("too long")
        found: dict[str, Any] = json.loads(answer)
    except ValueError as error:
        raise CalendarUnreadableError("crashed") from error
    if "error" in found:
        raise CalendarUnreadableError(str(found["error"]))
    return Reading(
        [(int(start), int(end)) for start, end in found["spans"]],
        {str(code): int(count) for code, count in found["warnings"].items()},
        int(found["events"]),
    )
