"""What people have done: steps, live sessions, practice, one reflection. Each at its own time."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from config.demo.cohorts import DemoCohort
from config.demo.completions import complete_cohort, pass_checks
from core.acting import acting_as
from programs.models import Enrollment, Item, LiveSlot, ScheduleRow
from programs.services.enrollments import withdraw
from programs.services.live_slots import record_attendance
from programs.services.past_completions import record_completions
from programs.services.practice_logs import log_by_hand
from programs.services.progress import save_position
from programs.services.reflections import save_draft, submit


def make_progress(*, cohorts: list[DemoCohort], rng: Random, now: datetime) -> None:
    """Let everybody work at a pace of their own, up to now."""
    for demo in cohorts:
        items = list(
            Item.objects.filter(module__version=demo.cohort.version)
            .exclude(kind=Item.Kind.LIVE)
            .select_related("module")
            .order_by("module__position", "position")
        )
        releases = ScheduleRow.objects.filter(cohort=demo.cohort, kind="release", at__lte=now)
        opened = {module: at for module, at in releases.values_list("module", "at") if at}
        for number, enrollment in enumerate(demo.enrollments):
            if enrollment.clinician.email.startswith("clinician@"):
                _persona(enrollment, items, opened, now)
                continue
            # Most keep up with what is due; the others do a part of it.
            pace = 1.0 if rng.random() < demo.plan.pace else rng.uniform(0.2, 0.9)
            if number % 14 == 13:
                pace = 0.0  # joined and has not begun
            _work(enrollment, items, opened, pace, rng, now)
        pass_checks(demo)
        _attend(demo, rng, now)
        _leave(demo, now)
        complete_cohort(demo, now)


def _work(
    enrollment: Enrollment,
    items: list[Item],
    opened: dict[int, datetime],
    pace: float,
    rng: Random,
    now: datetime,
) -> None:
    done = {}
    for item in items:
        at = opened.get(item.module_id)
        if at is None or not item.required or rng.random() > pace:
            continue
        begin = max(at, enrollment.accepted_at or at)
        done_at = begin + timedelta(days=rng.uniform(0.2, 6.5))
        if done_at < now:
            done[item] = done_at
    record_completions(enrollment=enrollment, completed=done, now=now)


def _persona(
    enrollment: Enrollment, items: list[Item], opened: dict[int, datetime], now: datetime
) -> None:
    """The demo's clinician: two weeks done, a reflection written, week three begun."""
    rng = Random(11)
    done = {}
    for item in items:
        at = opened.get(item.module_id)
        if at is None or not item.required:
            continue
        if item.module.position >= 3:
            save_position(enrollment=enrollment, item=item, position={"step": 2, "of": 5}, now=now)
            break
        if item.kind == Item.Kind.REFLECTION:
            _reflect(enrollment, item, at + timedelta(days=2), rng)
            continue
        done[item] = at + timedelta(days=2, hours=item.position)
    record_completions(enrollment=enrollment, completed=done, now=now)
    practice = next(item for item in items if item.kind == Item.Kind.PRACTICE)
    for days_ago in (15, 13, 9, 6, 2):
        started_at = now - timedelta(days=days_ago)
        log_by_hand(
            enrollment=enrollment,
            item=practice,
            started_at=started_at,
            minutes=5,
            key=UUID(int=rng.getrandbits(128), version=4),
            now=started_at + timedelta(minutes=6),
        )


def _reflect(enrollment: Enrollment, item: Item, at: datetime, rng: Random) -> None:
    answer = "I sat down before I spoke. It took ten seconds, and the room changed."
    with acting_as(enrollment.clinician_id):
        save_draft(
            enrollment=enrollment,
            item=item,
            answers={question["id"]: answer for question in item.body["questions"]},
            revision=0,
            key=UUID(int=rng.getrandbits(128), version=4),
            step=1,
            now=at,
        )
        submit(
            enrollment=enrollment,
            item=item,
            key=UUID(int=rng.getrandbits(128), version=4),
            now=at + timedelta(minutes=4),
        )


def _attend(demo: DemoCohort, rng: Random, now: datetime) -> None:
    for slot in LiveSlot.objects.filter(cohort=demo.cohort, ends_at__lt=now):
        facilitator = demo.cohort.contact
        for enrollment in demo.enrollments:
            chance = rng.random()
            status = "present" if chance < 0.8 else "excused" if chance < 0.92 else "absent"
            record_attendance(
                enrollment=enrollment,
                slot=slot,
                status=status,
                by=facilitator,
                now=slot.ends_at + timedelta(minutes=10),
            )


def _leave(demo: DemoCohort, now: datetime) -> None:
    """One person of each older cohort has left."""
    if demo.plan.begins_in < -14:
        leaver = demo.enrollments[-1]
        withdraw(
            enrollment=leaver, by=demo.cohort.contact, reason="moved", now=now - timedelta(days=6)
        )
