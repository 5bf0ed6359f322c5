"""A web process that dies around COMMIT: the same key finds what became of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection

from coaching.models import Booking, IdempotencyKey
from coaching.services.bookings import book
from coaching.tests.factories import CoachedEnrollmentFactory, SessionTypeFactory
from notifications.models import Message

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2027, 6, 1, 6, tzinfo=UTC)
TEN = datetime(2027, 6, 3, 10, tzinfo=UTC)
ROOT = Path(__file__).resolve().parent.parent.parent

# Books in a process of its own, and dies by SIGKILL just before or just after its COMMIT.
CHILD = """
import os, signal, sys
import django
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper
connections.settings  # read before setup changes it
django.setup()
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
connections["default"].settings_dict["NAME"] = sys.argv[1]
from datetime import datetime
from uuid import UUID
from coaching.models import SessionType
from coaching.services.bookings import book
from programs.models import Enrollment

commit = DatabaseWrapper._commit

def dying(self):
    if sys.argv[2] == "after":
        commit(self)
    os.kill(os.getpid(), signal.SIGKILL)

DatabaseWrapper._commit = dying
enrollment = Enrollment.objects.get(pk=int(sys.argv[3]))
book(
    actor=enrollment.clinician,
    enrollment=enrollment,
    session_type=SessionType.objects.get(pk=int(sys.argv[4])),
    start=datetime.fromisoformat(sys.argv[5]),
    idem_key=UUID(sys.argv[6]),
    now=datetime.fromisoformat(sys.argv[7]),
)
"""


def die(when, enrollment, kind, key):
    arguments = [enrollment.pk, kind.pk, TEN.isoformat(), key, NOW.isoformat()]
    child = subprocess.run(
        [sys.executable, "-c", CHILD, connection.settings_dict["NAME"], when, *map(str, arguments)],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert child.returncode == -signal.SIGKILL, child.stderr


@pytest.mark.parametrize(("when", "left"), [("before", 0), ("after", 1)])
def test_killed_at_commit_the_same_key_gives_the_same_booking(when, left):
    enrollment = CoachedEnrollmentFactory(
        cohort__engagement__starts_on=date(2027, 1, 1),
        cohort__engagement__ends_on=date(2027, 12, 31),
    )
    kind, key = SessionTypeFactory(length_min=60, step_min=30), uuid4()
    die(when, enrollment, kind, key)
    deadline = time.monotonic() + 10  # until PostgreSQL sees that the client is gone
    while IdempotencyKey.objects.count() != left and time.monotonic() < deadline:
        time.sleep(0.05)
    assert Booking.objects.count() == left
    assert Message.objects.filter(kind="coaching.booking_confirmed").count() == 2 * left

    booking = book(
        actor=enrollment.clinician,
        enrollment=enrollment,
        session_type=kind,
        start=TEN,
        idem_key=key,
        now=NOW,
    )

    assert Booking.objects.get() == booking
    assert Message.objects.filter(kind="coaching.booking_confirmed").count() == 2
    if left:
        assert IdempotencyKey.objects.get().booking == booking
