"""Imports at the same moment, a connection each. The race has a twin that takes the contract's
lock away and must show too many people: so it does happen."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connections

from accounts.tests.factories import UserFactory
from notifications.models import Message
from programs.models import Enrollment
from programs.services import rosters
from programs.tests.factories import CohortFactory
from programs.tests.rosters import files

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)


def at_once(*calls: Callable[[], object]) -> list[BaseException]:
    """Run all calls at the same moment; return what they raised."""
    barrier = threading.Barrier(len(calls))
    raised: list[BaseException] = []

    def run(call: Callable[[], object]) -> None:
        try:
            barrier.wait(timeout=20)
            call()
        except Exception as error:  # noqa: BLE001  # any outcome is what we look for
            raised.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=40)
    return raised


def uploads(seats: int) -> list[Callable[[], object]]:
    """Two lists of five people each, for the two cohorts of a contract with `seats`."""
    first = CohortFactory(engagement__seats=seats)
    by = UserFactory(practice_role="consultant")
    calls = []
    for name, cohort in (("a", first), ("b", CohortFactory(engagement=first.engagement))):
        rows = [("Email",), *((f"{name}{n}@x.org",) for n in range(5))]
        roster = rosters.upload_roster(
            cohort=cohort, content=files.delimited(rows), file_name="r.csv", by=by
        )
        calls.append(lambda roster=roster: rosters.commit_roster(roster=roster, by=by, now=NOW))
    return calls


def test_two_imports_at_once_never_take_a_seat_twice():
    assert at_once(*uploads(seats=6)) == []

    assert Enrollment.objects.count() == 6


def test_without_the_contracts_lock_they_would(monkeypatch):
    both_here = threading.Barrier(2)
    checked = threading.Barrier(2)
    dry_run = rosters.dry_run

    def meet_after_check(**arguments):
        check = dry_run(**arguments)
        checked.wait(timeout=20)
        return check

    monkeypatch.setattr(rosters, "lock_engagement", lambda pk: both_here.wait(timeout=20))
    monkeypatch.setattr(rosters, "dry_run", meet_after_check)
    at_once(*uploads(seats=6))

    assert Enrollment.objects.count() == 10


def test_a_double_click_imports_once():
    call = uploads(seats=6)[0]

    assert at_once(call, call, call) == []

    assert Enrollment.objects.count() == 5
    assert Message.objects.count() == 5


def test_an_import_that_fails_at_the_last_step_leaves_nothing(monkeypatch):
    call = uploads(seats=6)[0]

    def fail(**arguments):
        raise RuntimeError

    monkeypatch.setattr(rosters, "send_list", fail)
    with pytest.raises(RuntimeError):
        call()

    assert Enrollment.objects.count() == Message.objects.count() == 0
    assert rosters.Roster.objects.filter(state="committed").count() == 0
