"""Log lines: structlog renders them, and one processor takes out what must not be in them.

Only the event, the level, the logger's name and named facts (ids, counts, codes) are printed.
Exceptions keep their type and the places they passed, never their message: a database error quotes
the row it refused.
"""

import re
import sys
from types import TracebackType

import structlog
from structlog.typing import EventDict, WrappedLogger

_TOKEN = re.compile(
    r"(/(?:invitations|b|b/move|b/cancel|feeds|verify|offers|r|mail/stop/[\w-]{1,40}"
    r"|auth/password/reset/key)/)[A-Za-z0-9_=\-]{16,}"
)
# Only from where a word begins: else a long one without an @ is read again from each letter.
_ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.-]+")
_FRAMES = 8  # the innermost ones


def mask(text: str) -> str:
    """Replace e-mail addresses and the tokens of link paths."""
    return _ADDRESS.sub("[address]", _TOKEN.sub(r"\1[token]", text))


def scrub(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Mask every string of a log event, and reduce an exception to its type and its places.

    Django puts the whole request beside an error: its address holds what was searched for.
    """
    event.pop("request", None)
    raised = event.pop("exc_info", None)
    if raised is True:
        raised = sys.exc_info()
    cleaned = {
        key: value if value is None or isinstance(value, int | float) else mask(str(value))
        for key, value in event.items()
    }
    if isinstance(raised, tuple) and raised[0] is not None:
        cleaned["error"] = f"{raised[0].__name__} at {_places(raised[2])}"
    return cleaned


def _places(traceback: TracebackType | None) -> str:
    places = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        file = "/".join(code.co_filename.rsplit("/", 2)[-2:])
        places.append(f"{file}:{traceback.tb_lineno} {code.co_name}")
        traceback = traceback.tb_next
    return " > ".join(places[-_FRAMES:])


def formatter(*, log_format: str) -> structlog.stdlib.ProcessorFormatter:
    """Build the formatter that settings.LOGGING names: "json" for machines, "console" for people."""
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if log_format == "json"
        else structlog.processors.KeyValueRenderer(
            key_order=["timestamp", "level", "logger", "event"]
        )
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(),
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            scrub,
            renderer,
        ],
    )
