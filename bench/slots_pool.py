"""Twenty coaches, sixty days: the computation beside plain SQL and a loop."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench import people
from bench.pairs import measure_pair
from bench.report import Row, pair_rows
from bench.slot_floor import plain_slots
from coaching.models import SessionType
from coaching.services.slots import find_open_slots

NAME = "slots.page.20x60"


def run(size: str) -> list[Row]:
    enrollment = people.clinician_of_the_large_cohort()
    coaches = list(enrollment.cohort.coaches().values_list("pk", flat=True))
    session_type = SessionType.objects.get()
    now = timezone.now()
    first = now.astimezone(enrollment.clinician.zone).date()

    def ours() -> list:
        return find_open_slots(
            enrollment=enrollment, session_type=session_type, now=now, first_day=first, days=60
        )

    def floor() -> object:
        return plain_slots(
            coach_ids=coaches, viewer=enrollment.clinician.zone, first=first, days=60, now=now
        )

    with CaptureQueriesContext(connection) as captured:
        found = ours()
    rows = [
        Row(NAME, "coaches", str(len(coaches))),
        Row(NAME, "slots found", str(sum(len(day.slots) for day in found))),
        Row(NAME, "queries", str(len(captured))),
    ]
    return rows + pair_rows(NAME, measure_pair(ours, floor), cpu_target=None, wall_target=1.5)
