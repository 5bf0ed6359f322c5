"""The small practice that walks of the whole site share, built once a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import connection

from tests.world import World, build_world, one_transaction, untouched


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    """Built in a transaction that is rolled back after the module.

    The modules that use it replace pytest-django's `db` by an empty fixture and ask for that one:
    asking for `db` is what makes pytest-django switch to the test database.
    """
    assert connection.settings_dict["NAME"].startswith("test_")
    with django_db_blocker.unblock(), one_transaction():
        yield build_world()


@pytest.fixture
def site(world) -> Iterator[World]:
    """The world, with everything that the test writes taken back after it."""
    cache.clear()  # rate limits count there
    with untouched():
        yield world
