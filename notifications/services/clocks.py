"""The time by which messages are due: the database's, never a worker's."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from django.db import connection


def database_now() -> datetime:
    """Return the database's clock: the only one by which messages are due."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        return cursor.fetchone()[0]  # type: ignore[no-any-return]


class DatabaseClock:
    """The database's time, asked now and then and carried on by this machine's stopwatch.

    A worker whose own clock is ten minutes wrong sends nothing early. `fixed` stands still: tests.
    """

    def __init__(self, fixed: datetime | None = None) -> None:
        self._fixed = fixed
        self.read()

    def read(self) -> datetime:
        """Ask the database."""
        self._asked_at = time.monotonic()
        self._answer = self._fixed or database_now()
        return self._answer

    def __call__(self) -> datetime:
        if self._fixed is not None:
            return self._fixed
        return self._answer + timedelta(seconds=time.monotonic() - self._asked_at)
