"""Many submissions at once: the enrollment's lock makes them one; without it the test must fail."""

import threading
import time
from datetime import UTC, datetime, timedelta
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.db import connection, transaction

from programs.models import Cohort, Enrollment, Item, ItemState, ProgressEvent
from programs.services import progress
from programs.tests.factories import (
    CohortFactory,
    EnrollmentFactory,
    ItemFactory,
    ModuleFactory,
    ProgramVersionFactory,
)
from programs.tests.kinds import BODIES

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 8


def submit_at_once(enrollment, item) -> list[Exception]:
    """File an entry from each of eight connections, all held back until all are ready."""
    barrier, errors = threading.Barrier(THREADS), []

    def work() -> None:
        now = datetime.now(UTC)
        try:
            barrier.wait()
            progress.record_event(
                enrollment=Enrollment.objects.get(pk=enrollment.pk),
                item=Item.objects.select_related("module").get(pk=item.pk),
                kind="submitted",
                occurred_at=now,
                key=uuid4(),
                now=now,
            )
        except Exception as error:  # noqa: BLE001 - the assertion names it
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


@pytest.fixture
def log():
    version = ProgramVersionFactory(modules=0)
    opened = datetime.now(UTC) - timedelta(days=1)
    cohort = CohortFactory(version=version, everything_open_at=opened)
    item = ItemFactory(
        module=ModuleFactory(version=version, items=0),
        kind=Item.Kind.FIELD_LOG,
        body={**BODIES[Item.Kind.FIELD_LOG], "entries_min": THREADS},
    )
    return EnrollmentFactory(cohort=cohort), item


def test_the_last_of_many_submissions_completes_once(log):
    enrollment, item = log

    assert submit_at_once(enrollment, item) == []

    kinds = list(ProgressEvent.objects.values_list("kind", flat=True))
    assert kinds.count("submitted") == THREADS
    assert kinds.count("item_completed") == kinds.count("program_completed") == 1


def test_without_the_lock_submissions_are_miscounted(log):
    """The twin: it shows that the test above can fail."""
    enrollment, item = log

    def unlocked(enrollment: Enrollment) -> Enrollment:
        return Enrollment.objects.select_related("cohort__version").get(pk=enrollment.pk)

    # All have written their entry before the first one counts: what the lock prevents.
    counts, written = progress._is_done, threading.Barrier(THREADS, timeout=20)

    def counted_together(*arguments):
        written.wait()
        return counts(*arguments)

    # The row of the item is there already: inserting it would make them queue by itself.
    ItemState.objects.create(enrollment=enrollment, item=item, started_at=datetime.now(UTC))
    with (
        patch.object(progress, "lock_enrollment", unlocked),
        patch.object(progress, "_is_done", counted_together),
    ):
        assert submit_at_once(enrollment, item) == []

    # Each counts only what was committed: nobody sees the eighth.
    assert not ProgressEvent.objects.filter(kind="item_completed").exists()


def edition_seen_after_a_move(enrollment) -> bool:
    """Lock a place while a move to another edition holds it; return whether the new one is seen."""
    held, seen = threading.Event(), []

    def act() -> None:
        held.wait(timeout=20)
        try:
            with transaction.atomic():
                seen.append(progress.lock_enrollment(enrollment).cohort.version_id)
        finally:
            connection.close()

    actor = threading.Thread(target=act)
    actor.start()
    with transaction.atomic():
        Enrollment.objects.select_for_update(no_key=True).get(pk=enrollment.pk)
        held.set()
        wait_for_a_waiter()
        newer = ProgramVersionFactory(modules=0)
        Cohort.objects.filter(pk=enrollment.cohort_id).update(version=newer)
    actor.join(timeout=20)
    assert len(seen) == 1
    return seen[0] == newer.pk


def wait_for_a_waiter() -> None:
    """Until another connection waits for a lock of this database."""
    for _ in range(400):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")  # else the first look is kept
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    raise AssertionError("nobody waits")


def test_who_waited_for_a_move_acts_in_the_new_edition():
    assert edition_seen_after_a_move(EnrollmentFactory())


def test_read_in_one_statement_the_old_edition_would_be_seen():
    """The twin: PostgreSQL reads the locked row anew after the wait, and not what is joined to it."""

    def joined(enrollment: Enrollment) -> Enrollment:
        locked = Enrollment.objects.select_for_update(of=("self",), no_key=True)
        return locked.select_related("cohort__version").get(pk=enrollment.pk)

    with patch.object(progress, "lock_enrollment", joined):
        assert not edition_seen_after_a_move(EnrollmentFactory())
