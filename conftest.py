"""Shared by all tests: the database as web and workers see it, and the fixed cast of people."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.management import CommandError
from django.db import connections
from django.test import TransactionTestCase
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, settings

from config.settings import _app_database

# On a busy machine an example may take long, and so may making one: that is no fault of the code.
settings.register_profile(
    "busy_machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("busy_machine")


def _connect_as_app_role() -> None:
    """Let the app role empty tables between tests, then become it for the rest of the session."""
    connection = connections["default"]
    app_role, password = _app_database["USER"], _app_database["PASSWORD"]
    if app_role == connection.settings_dict["USER"]:
        return
    with connection.cursor() as cursor:
        # Only tests may do this: flushing between transactional tests needs TRUNCATE.
        cursor.execute(f'GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO "{app_role}"')
        cursor.execute(f'GRANT UPDATE ON ALL SEQUENCES IN SCHEMA public TO "{app_role}"')
    connection.close()
    connection.settings_dict["USER"] = app_role
    connection.settings_dict["PASSWORD"] = password


def _end_other_sessions() -> None:
    """A thread of a live server may still hold a session; it would keep the database from going."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND usename = current_user"
            " AND pid <> pg_backend_pid()"
        )


_empty_all_tables = TransactionTestCase._fixture_teardown


def _empty_all_tables_surely(test: TransactionTestCase) -> None:
    """A request that a closed browser left under way may meet the flush in a deadlock, and win."""
    try:
        _empty_all_tables(test)
    except CommandError:
        _end_other_sessions()
        _empty_all_tables(test)


TransactionTestCase._fixture_teardown = _empty_all_tables_surely


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker, request) -> Iterator[None]:  # type: ignore[no-untyped-def]
    with django_db_blocker.unblock():
        owner = dict(connections["default"].settings_dict)
        _connect_as_app_role()
        yield
        _end_other_sessions()
        connections["default"].close()
        connections["default"].settings_dict.update(USER=owner["USER"], PASSWORD=owner["PASSWORD"])


@pytest.fixture
def count_queries():  # type: ignore[no-untyped-def]
    """Return a context manager that counts the queries of its block."""

    @contextmanager
    def counting() -> Iterator[CaptureQueriesContext]:
        with CaptureQueriesContext(connections["default"]) as captured:
            yield captured

    return counting


def pytest_collection_finish() -> None:
    """Thousands of tests and all of Django live as long as the run: no use in walking them again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
