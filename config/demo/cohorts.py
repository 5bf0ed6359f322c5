"""Five of six cohorts: finished, closing, half-way, just begun, about to begin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random

from faker import Faker

from accounts.models import Invitation, User
from accounts.services.invitations import accept, invite, send_invitation
from config.demo.cast import DOMAIN, PASSWORD
from config.demo.clients import Client
from programs.models import Cohort, Enrollment, ProgramVersion
from programs.services.cohorts import create_cohort
from programs.services.enrollments import enroll
from programs.services.live_slots import plan_slot

PROFESSIONS = ("nurse", "nurse", "nurse", "physician", "physical therapist", "pharmacist")


@dataclass(frozen=True)
class CohortPlan:
    client: int
    name: str
    begins_in: int  # days from today, negative for the past
    people: int
    accepted: float  # share of the invited
    facilitator: int  # places in the list of consultants
    coaches: tuple[int, ...]
    pace: float  # how much of what is due people have done, on the whole


PLANS = [
    CohortPlan(0, "Nurses, first group", -17, 32, 0.95, 0, (0, 1), 0.82),
    CohortPlan(0, "Emergency department", 5, 20, 0.6, 1, (0, 1), 0.0),
    CohortPlan(1, "Primary care teams", -56, 26, 0.96, 2, (2,), 0.93),
    CohortPlan(1, "Telehealth and pharmacy", -38, 14, 0.93, 2, (2, 3), 0.85),
    CohortPlan(2, "Pilot wards", -3, 28, 0.86, 3, (1, 3), 0.7),
]
WEEKS = 6
# When the three live sessions are, in days from the start, and what a program calls them.
LIVE = (
    ("start", "First live session", 1),
    ("mid", "Half-way session", 20),
    ("close", "Closing session", 39),
)


@dataclass(frozen=True)
class DemoCohort:
    plan: CohortPlan
    cohort: Cohort
    enrollments: list[Enrollment]  # the accepted ones


def make_cohorts(
    *,
    clients: list[Client],
    consultants: list[User],
    version: ProgramVersion,
    rng: Random,
    names: Faker,
    now: datetime,
) -> list[DemoCohort]:
    """Make the cohorts and bring their people in, each at the time it would have happened."""
    made = []
    for plan in PLANS:
        client = clients[plan.client]
        starts_on = now.date() + timedelta(days=plan.begins_in)
        prepared_at = now - timedelta(days=max(14, 14 - plan.begins_in))
        facilitator = consultants[plan.facilitator]
        cohort = create_cohort(
            engagement=client.engagement,
            version=version,
            facilitators=[facilitator],
            coaches=[consultants[place] for place in plan.coaches],
            by=facilitator,
            now=now,
            name=plan.name,
            starts_on=starts_on,
            ends_on=starts_on + timedelta(weeks=WEEKS),
            contact=facilitator,
        )
        plan_sessions(cohort, facilitator)
        people = invite_people(plan, client, cohort, facilitator, rng, names, prepared_at)
        enrollments = bring_in(plan, cohort, people, rng, prepared_at, now)
        made.append(DemoCohort(plan, cohort, enrollments))
    return made


def plan_sessions(cohort: Cohort, facilitator: User) -> None:
    for key, title, day in LIVE:
        local = datetime.combine(cohort.starts_on + timedelta(days=day), time(15), cohort.zone)
        plan_slot(
            cohort=cohort,
            key=key,
            title=title,
            starts_at=local,
            ends_at=local + timedelta(hours=1),
            place="https://meet.northlight.example/" + key,
            by=facilitator,
        )


def invite_people(
    plan: CohortPlan,
    client: Client,
    cohort: Cohort,
    by: User,
    rng: Random,
    names: Faker,
    at: datetime,
) -> list[Invitation]:
    """Invite a roster's worth of people. The first of the first cohort is the demo's clinician."""
    invitations = []
    for number in range(plan.people):
        is_persona = plan is PLANS[0] and number == 0
        name = "Dana Whitfield" if is_persona else f"{names.first_name()} {names.last_name()}"
        slug = "clinician" if is_persona else f"{name.lower().replace(' ', '.')}{number}{cohort.pk}"
        profession = "nurse" if is_persona else rng.choice(PROFESSIONS)
        # The last unit of each organization is small: its figures are hidden.
        weights = [8] * (len(client.units) - 1) + [1]
        unit = client.units[0] if is_persona else rng.choices(client.units, weights)[0]
        invitation = invite(
            organization=client.organization,
            email=f"{slug}@{DOMAIN}",
            name=name,
            role="clinician",
            unit=unit,
            profession=profession,
            invited_by=by,
            now=at,
        )
        enroll(cohort=cohort, user=invitation.user, unit=unit, profession=profession, by=by, now=at)
        send_invitation(invitation=invitation, now=at)
        invitations.append(invitation)
    return invitations


def bring_in(
    plan: CohortPlan,
    cohort: Cohort,
    invitations: list[Invitation],
    rng: Random,
    at: datetime,
    now: datetime,
) -> list[Enrollment]:
    """Let most of them accept within the days after the mail."""
    for number, invitation in enumerate(invitations):
        is_persona = invitation.user.email.startswith("clinician@")
        if not is_persona and rng.random() > plan.accepted:
            continue
        accepted_at = min(at + timedelta(hours=rng.uniform(2, 120)), now - timedelta(hours=1))
        accept(
            invitation=Invitation.objects.select_related("user", "organization").get(
                pk=invitation.pk
            ),
            typed_name=invitation.user.name,
            name="",
            password=PASSWORD if is_persona else None,
            now=accepted_at,
        )
        if number % 5 == 4:
            continue
        # Each has a coach of their own; a fifth take whoever is free.
        coaches = list(cohort.coaches())
        cohort.enrollments.filter(clinician=invitation.user).update(
            coach=coaches[number % len(coaches)]
        )
    return list(
        cohort.enrollments.live()
        .select_related("clinician", "cohort__engagement", "cohort__version", "coach")
        .defer("cohort__version__content")
        .order_by("pk")
    )
