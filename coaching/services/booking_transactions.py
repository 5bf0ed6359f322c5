"""The one way in which booking services talk to the database: own transaction, retries, refusals."""

from __future__ import annotations

import time
from collections.abc import Callable
from secrets import SystemRandom
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction

from coaching.services.refusals import refuse

T = TypeVar("T")

DEADLOCK, SERIALIZATION, LOCK_TIMEOUT = "40P01", "40001", "55P03"
EXCLUSION, UNIQUE = "23P01", "23505"
_RETRIES = 3
_random = SystemRandom()


def run(work: Callable[[], T]) -> T:
    """Run `work` in a durable transaction; what PostgreSQL refuses becomes a `ValidationError`.

    A deadlock or serialization failure runs the whole transaction again, up to three times.

    Raises:
        ValidationError: "slot_taken": the exclusion constraint spoke; "already_booked": so did the
            unique one; "busy": a lock was not free within 3 s; "try_again": every retry failed;
            and whatever `work` refuses.
    """
    for attempt in range(_RETRIES + 1):
        try:
            with transaction.atomic(durable=True):
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL lock_timeout = '3s'")
                return work()
        except IntegrityError as error:
            raise worded(error) from error
        except OperationalError as error:
            if _state(error) == LOCK_TIMEOUT:
                raise refuse("busy") from error
            if _state(error) not in (DEADLOCK, SERIALIZATION):
                raise
            if attempt == _RETRIES:
                raise refuse("try_again") from error
            time.sleep(_random.uniform(0.005, 0.02) * 2**attempt)
    raise AssertionError  # the loop returns or raises


def worded(error: IntegrityError) -> ValidationError:
    """Return the refusal that a constraint stands for; any other error is raised again."""
    if _state(error) == EXCLUSION:
        return refuse("slot_taken")
    if _state(error) == UNIQUE and _constraint(error).startswith("booking_one_live"):
        return refuse("already_booked")
    raise error


def _state(error: DatabaseError) -> str:
    return getattr(error.__cause__, "sqlstate", None) or ""


def _constraint(error: DatabaseError) -> str:
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
