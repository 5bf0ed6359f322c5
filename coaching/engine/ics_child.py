"""The process in which a calendar file is read: few rights, little time, little memory.

Started as `python -m coaching.engine.ics_child` by coaching/services/calendar_reading.py. In: one line
of JSON (zone, lo, hi, limits), then the file. Out: one line of JSON. No Django, no network, no text of the
file in what it answers.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from coaching.engine.ics_spans import read_calendar
from coaching.engine.ics_text import CalendarUnreadableError

ONE_EVENT_S = 1.0


def main() -> int:
    request = json.loads(sys.stdin.buffer.readline())
    _limit(resource.RLIMIT_CPU, request["cpu_s"])
    _limit(resource.RLIMIT_AS, request["memory_bytes"])
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    signal.signal(signal.SIGVTALRM, _break_off)
    try:
        reading = read_calendar(
            sys.stdin.buffer.read(),
            zone=request["zone"],
            lo=request["lo"],
            hi=request["hi"],
            guard=one_event,
        )
    except CalendarUnreadableError as error:
        return _answer({"error": error.code})
    except MemoryError:
        return _answer({"error": "too_much_memory"})
    except RecursionError:
        return _answer({"error": "too_complex"})
    return _answer({"spans": reading.spans, "warnings": reading.warnings, "events": reading.events})


def _limit(kind: int, value: int) -> None:
    try:
        resource.setrlimit(kind, (value, value))
    except (ValueError, OSError):  # macOS refuses some: the wall-clock limit outside still holds
        return


@contextmanager
def one_event() -> Iterator[None]:
    """Give one event a second of this process's time."""
    signal.setitimer(signal.ITIMER_VIRTUAL, ONE_EVENT_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def _break_off(number: int, frame: object) -> None:
    raise TimeoutError


def _answer(answer: dict[str, Any]) -> int:
    sys.stdout.write(json.dumps(answer) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
