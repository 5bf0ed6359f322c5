"""A small mindfulness group in its second week: qualified teacher, safety text read, contact named."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random

from faker import Faker

from accounts.models import User
from config.demo.clients import Client
from config.demo.cohorts import CohortPlan, DemoCohort, bring_in, invite_people
from programs.models import Cohort, ProgramVersion
from programs.services.cohorts import create_cohort
from programs.services.live_slots import plan_slot
from programs.services.safety import confirm_screening, record_qualification

PROGRAM = "clinician-mindfulness"
PLAN = CohortPlan(1, "Mindfulness, autumn group", -9, 10, 0.9, 2, (2, 3), 0.8)
CLASSES = 8
RETREAT_DAY = 40  # from the start, the long quiet day


def make_mindfulness(
    *, clients: list[Client], consultants: list[User], owner: User, names: Faker, now: datetime
) -> DemoCohort:
    """Make the group; all but two of its people have read the safety text."""
    rng = Random(8)  # a fixed seed, no secret
    client, teacher = clients[PLAN.client], consultants[PLAN.facilitator]
    version = ProgramVersion.objects.filter(program__slug=PROGRAM).order_by("-pk")[0]
    record_qualification(
        person=teacher,
        key=version.safety["qualification"]["key"],
        title="Mindfulness teacher, registered",
        valid_from=date(now.year - 2, 1, 1),
        expires_on=None,
        by=owner,
    )
    starts_on = now.date() + timedelta(days=PLAN.begins_in)
    cohort = create_cohort(
        engagement=client.engagement,
        version=version,
        facilitators=[teacher],
        coaches=[consultants[place] for place in PLAN.coaches],
        by=teacher,
        now=now,
        name=PLAN.name,
        starts_on=starts_on,
        ends_on=starts_on + timedelta(weeks=CLASSES),
        contact=teacher,
    )
    for week in range(CLASSES):
        _plan(cohort, f"w{week + 1}", f"Class {week + 1}", 7 * week + 1, 150, teacher)
    _plan(cohort, "retreat", "The long quiet day", RETREAT_DAY, 420, teacher)
    prepared_at = now - timedelta(days=14 - PLAN.begins_in)
    invitations = invite_people(PLAN, client, cohort, teacher, rng, names, prepared_at)
    enrollments = bring_in(PLAN, cohort, invitations, rng, prepared_at, now)
    for enrollment in enrollments[2:]:
        confirm_screening(enrollment=enrollment, now=now + timedelta(days=PLAN.begins_in - 1))
    return DemoCohort(PLAN, cohort, enrollments)


def _plan(cohort: Cohort, key: str, title: str, day: int, minutes: int, by: User) -> None:
    local = datetime.combine(cohort.starts_on + timedelta(days=day), time(9), cohort.zone)
    plan_slot(
        cohort=cohort,
        key=key,
        title=title,
        starts_at=local,
        ends_at=local + timedelta(minutes=minutes),
        place=f"https://meet.northlight.example/{key}",
        by=by,
    )
