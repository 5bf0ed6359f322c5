"""Two cohorts whose starts a lot decided: one is done, the other waits and was asked at the same times."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from faker import Faker

from accounts.models import User
from config.demo.clients import Client
from config.demo.cohorts import CohortPlan, DemoCohort, bring_in, invite_people, plan_sessions
from config.demo.outcomes import BATTERY, PRIMARY, RECOMMENDATIONS, answer
from outcomes.models import Wave
from outcomes.services.allocations import allocate
from outcomes.services.releases import release_wave
from outcomes.services.wave_plans import newest_instruments, plan_wave
from outcomes.services.waves import close_wave, open_wave
from programs.models import Cohort, Enrollment, ProgramVersion
from programs.services.cohorts import create_cohort

FIRST = CohortPlan(0, "Ward teams, first start", -52, 44, 0.97, 0, (0, 1), 0.95)
SECOND = CohortPlan(0, "Ward teams, second start", 14, 0, 0.0, 0, (0, 1), 0.0)
WEEKS = 6
DRAWN = -68  # days from today
# Label, days from the first start, days open, share of people who answer, how much better then
# for those who began (in shares of an answer's range).
ROUNDS = (
    (Wave.Label.BASELINE, -10, 8, 0.97, 0.0),
    (Wave.Label.END, 40, 8, 0.92, 0.07),
)
ANSWERS_BY_LOT = 4711


def make_lot(
    *,
    clients: list[Client],
    consultants: list[User],
    version: ProgramVersion,
    names: Faker,
    now: datetime,
) -> list[DemoCohort]:
    """Make both cohorts, draw, and let everybody answer before and after."""
    rng = Random(ANSWERS_BY_LOT)  # a fixed seed, no secret
    client, lead = clients[FIRST.client], consultants[FIRST.facilitator]
    drawn_at = now + timedelta(days=DRAWN)
    first, second = (
        _cohort(plan, client, consultants, version, now, drawn_at) for plan in (FIRST, SECOND)
    )
    invited_at = drawn_at - timedelta(days=6)
    people = invite_people(FIRST, client, first, lead, rng, names, invited_at)
    everybody = bring_in(FIRST, first, people, rng, invited_at, now)
    rounds = [_plan(first, *row[:3]) for row in ROUNDS]
    allocate(
        engagement=client.engagement,
        enrollments=everybody,
        arms=[first, second],
        seed=ANSWERS_BY_LOT,
        actor=lead,
        now=drawn_at,
        strata=["unit"],
    )
    leanings = {one.clinician_id: rng.uniform(0.3, 0.7) for one in everybody}
    for wave, (_label, _day, _days, share, better) in zip(rounds, ROUNDS, strict=True):
        _ask(wave, (first, second), leanings, share, better, rng)
    release_wave(
        wave=Wave.objects.get(pk=rounds[-1].pk),
        actor=lead,
        now=now - timedelta(days=3),
        recommendations=RECOMMENDATIONS[:1],
    )
    return [DemoCohort(FIRST, first, _live(first)), DemoCohort(SECOND, second, _live(second))]


def _cohort(
    plan: CohortPlan,
    client: Client,
    consultants: list[User],
    version: ProgramVersion,
    now: datetime,
    drawn_at: datetime,
) -> Cohort:
    starts_on = now.date() + timedelta(days=plan.begins_in)
    lead = consultants[plan.facilitator]
    cohort = create_cohort(
        engagement=client.engagement,
        version=version,
        facilitators=[lead],
        coaches=[consultants[place] for place in plan.coaches],
        by=lead,
        now=drawn_at,
        name=plan.name,
        starts_on=starts_on,
        ends_on=starts_on + timedelta(weeks=WEEKS),
        contact=lead,
    )
    plan_sessions(cohort, lead)
    return cohort


def _plan(cohort: Cohort, label: str, day: int, days_open: int) -> Wave:
    opens_on = cohort.starts_on + timedelta(days=day)
    return plan_wave(
        cohort=cohort,
        label=label,
        opens_on=opens_on,
        closes_on=opens_on + timedelta(days=days_open),
        instruments=newest_instruments(BATTERY),
        primary_outcome=PRIMARY,
        breakdowns=["unit"],
    )


def _ask(
    wave: Wave,
    arms: tuple[Cohort, Cohort],
    leanings: dict[int, float],
    share: float,
    better: float,
    rng: Random,
) -> None:
    """Those who began, and at the same time those who wait."""
    for cohort in arms:
        asked = Wave.objects.get(cohort=cohort, opens_at=wave.opens_at)
        opened = open_wave(wave=asked, now=asked.opens_at)
        gain = better if cohort == arms[0] else 0.0
        for one in _live(cohort):
            if rng.random() < share:
                lean = min(0.95, leanings[one.clinician_id] + gain * rng.uniform(0.5, 1.5))
                answer(opened, one, lean, rng)
        close_wave(wave=opened, now=opened.closes_at)


def _live(cohort: Cohort) -> list[Enrollment]:
    return list(
        cohort.enrollments.live()
        .select_related("clinician", "cohort__engagement", "cohort__version", "coach")
        .defer("cohort__version__content")
        .order_by("pk")
    )
