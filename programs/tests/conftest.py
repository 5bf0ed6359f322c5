"""A learner in an open cohort, and items of every kind for her."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from programs.models import Item
from programs.tests.factories import (
    CohortFactory,
    EnrollmentFactory,
    ItemFactory,
    ModuleFactory,
    ProgramVersionFactory,
)
from programs.tests.kinds import BODIES


@pytest.fixture
def enrollment(db):
    """In a cohort on an edition with one empty module, everything open."""
    version = ProgramVersionFactory(modules=0)
    ModuleFactory(version=version, items=0)
    opened = datetime.now(UTC) - timedelta(days=1)
    return EnrollmentFactory(cohort=CohortFactory(version=version, everything_open_at=opened))


@pytest.fixture
def item_of(enrollment):
    """Make an item of a kind in the learner's module."""

    def make(kind: str, **fields) -> Item:
        module = enrollment.cohort.version.modules.get()
        fields = {"body": BODIES[kind], "title": f"The {kind}", **fields}
        return ItemFactory(module=module, kind=kind, **fields)

    return make


@pytest.fixture
def learner(client, enrollment):
    """A browser in which the learner is signed in."""
    client.force_login(enrollment.clinician)
    return client


@pytest.fixture
def url_of(enrollment):
    """The address of a page of one item."""

    def url(name: str, item: Item, query: str = "") -> str:
        return reverse(f"programs:{name}", args=[enrollment.public_id, item.public_id]) + query

    return url


@pytest.fixture
def time_machine_at():
    """A block at another instant; the clock stands still in it."""
    return lambda moment: time_machine.travel(moment, tick=False)
