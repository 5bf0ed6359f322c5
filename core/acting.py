"""Who acts: the context that PostgreSQL's row-level security policies read.

Private tables (reflections, field entries) show a row only to its author. The author is taken from
the setting `app.user_id`, which lives for one transaction.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def acting_as(user_id: int | None) -> Iterator[None]:
    """Open a transaction in which the database knows `user_id`; None sees no private row.

    Nested uses restore the outer value: PostgreSQL keeps a setting past a released savepoint.
    """
    is_outermost = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        # One statement: the target list is evaluated from left to right.
        cursor.execute(
            "SELECT current_setting('app.user_id', true), set_config('app.user_id', %s, true)",
            [str(user_id or "")],
        )
        before = cursor.fetchone()[0] or ""
        yield
        # Not in a `finally`: after an error the transaction is aborted and takes the value with it.
        # The outermost needs no restoring: the value is local to its transaction.
        if not is_outermost:
            cursor.execute("SELECT set_config('app.user_id', %s, true)", [before])


@contextmanager
def analyzing() -> Iterator[None]:
    """Open a transaction in which answers to questionnaires may be read for group figures.

    Only scoring and the statistician's export enter here. Row-level security shows an answer to its
    author alone otherwise.
    """
    is_outermost = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('app.analysis', true), set_config('app.analysis', 'on', true)"
        )
        before = cursor.fetchone()[0] or ""
        yield
        if not is_outermost:
            cursor.execute("SELECT set_config('app.analysis', %s, true)", [before])
