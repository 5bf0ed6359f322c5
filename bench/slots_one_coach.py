"""One coach, thirty days: the page beside a signed-in page, the computation beside plain SQL."""

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

NAME = "slots.page.1x30"


def run(size: str) -> list[Row]:
    enrollment = people.clinician()
    coach = enrollment.cohort.coaches().first()
    session_type = SessionType.objects.get()
    now = timezone.now()
    first = now.astimezone(enrollment.clinician.zone).date()

    def ours() -> object:
        return find_open_slots(
            enrollment=enrollment,
            session_type=session_type,
            now=now,
            first_day=first,
            days=30,
            coach=coach,
        )

    def floor() -> object:
        return plain_slots(
            coach_ids=[coach.pk], viewer=enrollment.clinician.zone, first=first, days=30, now=now
        )

    client = people.signed_in(enrollment.clinician)
    path = f"/enrollments/{enrollment.public_id}/sessions/book/"
    assert client.get(path).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    slots = sum(len(day.slots) for day in ours())
    rows = [
        Row(NAME, "slots found", str(slots)),
        Row(NAME, "queries of the page", str(len(captured)), "stated"),
    ]
    rows += pair_rows(
        f"{NAME} (30 days)", measure_pair(ours, floor), cpu_target=None, wall_target=2.5
    )
    page = measure_pair(lambda: client.get(path), lambda: client.get("/floor/session/"))
    return rows + pair_rows(f"{NAME} (page)", page, cpu_target=2, wall_target=None)
