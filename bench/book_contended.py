"""Fifty people and four free times, twenty rounds: exactly four win, the rest get a friendly answer."""

from __future__ import annotations

import random
import statistics
import threading
import time
import uuid
from collections import Counter

from django.db import close_old_connections, connection
from django.utils import timezone

from bench import people
from bench.report import Row
from coaching.models import SessionType, TimeClaim
from coaching.services.slots import find_open_slots
from programs.models import Enrollment

NAME = "book.contended"
CLIENTS, SLOTS, ROUNDS = 50, 4, 20


def run(size: str) -> list[Row]:
    rng = random.Random(7)
    session_type = SessionType.objects.get()
    crowd = list(
        Enrollment.objects.filter(cohort=people.large_cohort())
        .select_related("clinician", "cohort__engagement")
        .order_by("pk")[:CLIENTS]
    )
    clients = [people.signed_in(enrollment.clinician) for enrollment in crowd]
    booked, answers, waits, rounds = [], Counter(), [], []
    for _ in range(ROUNDS):
        days = find_open_slots(
            enrollment=crowd[0], session_type=session_type, now=timezone.now(), days=30
        )
        free = rng.sample([slot for day in days for slot in day.slots], SLOTS)
        won, seconds = _one_round(crowd, clients, free, answers, waits)
        booked.append(won)
        rounds.append(seconds)
    return [
        Row(
            NAME,
            "booked a round",
            f"{min(booked)} to {max(booked)}",
            f"{SLOTS}",
            set(booked) == {SLOTS},
        ),
        Row(NAME, "answers", ", ".join(f"{k}: {v}" for k, v in sorted(answers.items()))),
        Row(
            NAME,
            "server errors",
            str(sum(v for k, v in answers.items() if k >= 500)),
            "0",
            not any(k >= 500 for k in answers),
        ),
        Row(NAME, "double bookings", str(_overlaps()), "0", _overlaps() == 0),
        Row(NAME, "worst wait", f"{max(waits):.2f} s", "< 1 s", max(waits) < 1),
        Row(NAME, "round, median", f"{statistics.median(rounds):.2f} s"),
    ]


def _one_round(crowd, clients, free, answers, waits) -> tuple[int, float]:  # type: ignore[no-untyped-def]
    barrier = threading.Barrier(len(crowd))
    codes: list[int] = []

    def attempt(index: int) -> None:
        slot = free[index % len(free)]
        # This coach and no other: with "any coach" one time has as many places as coaches.
        path = f"/enrollments/{crowd[index].public_id}/sessions/book/?coach={slot.coach.public_id}"
        form = {"slot": slot.key, "idem_key": str(uuid.uuid4())}
        barrier.wait()
        started = time.perf_counter()
        codes.append(clients[index].post(path, form).status_code)
        waits.append(time.perf_counter() - started)
        connection.close()

    threads = [threading.Thread(target=attempt, args=[i]) for i in range(len(crowd))]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    close_old_connections()
    answers.update(codes)
    return codes.count(302), time.perf_counter() - started


def _overlaps() -> int:
    """Pairs of active claims of one person that overlap, asked of the table itself."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM {TimeClaim._meta.db_table} a JOIN {TimeClaim._meta.db_table} b"
            " ON a.person_id = b.person_id AND a.id < b.id AND a.span && b.span"
            " WHERE a.active AND b.active"
        )
        return cursor.fetchone()[0]
