"""Log lines: one scrubbing formatter for everything, so that no private text can reach a log.

Only the event, the level, the logger's name and named facts (ids, counts, codes) are printed.
Exceptions keep their type and the place they were raised, never their message: a database error
quotes the row it refused.
"""

import json
import logging
import re
from datetime import UTC, datetime

_TOKEN = re.compile(r"(/(?:invitations|b|feeds|verify)/)[A-Za-z0-9_\-]{16,}")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")


def scrub(text: str) -> str:
    """Mask what must not be in a log: e-mail addresses and the tokens in link paths."""
    return _ADDRESS.sub("[address]", _TOKEN.sub(r"\1[token]", text))


class ScrubbingFormatter(logging.Formatter):
    """Format a record as one line, in JSON or for the console."""

    def __init__(self, *, log_format: str = "console") -> None:
        super().__init__()
        self.log_format = log_format

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; tracebacks become 'ValueError at file.py:12 in view'."""
        event = scrub(record.getMessage())
        at = datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds")
        error = self._error(record)
        if self.log_format == "json":
            line = {"at": at, "level": record.levelname, "logger": record.name, "event": event}
            return json.dumps(line | ({"error": error} if error else {}), ensure_ascii=False)
        return f"{at} {record.levelname} {record.name}: {event}{f' [{error}]' if error else ''}"

    @staticmethod
    def _error(record: logging.LogRecord) -> str:
        if not record.exc_info or record.exc_info[0] is None:
            return ""
        kind, _, traceback = record.exc_info
        frames = []
        while traceback is not None:
            code = traceback.tb_frame.f_code
            frames.append(
                f"{code.co_filename.rsplit('/', 2)[-1]}:{traceback.tb_lineno} {code.co_name}"
            )
            traceback = traceback.tb_next
        return f"{kind.__name__} at " + " > ".join(frames[-8:])


def formatter(*, log_format: str) -> ScrubbingFormatter:
    """Build the formatter that settings.LOGGING names."""
    return ScrubbingFormatter(log_format=log_format)
