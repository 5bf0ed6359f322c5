"""The demo practice as a whole: the product's story half-way through, relative to today."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from random import Random

from faker import Faker

from accounts.models import Practice, User
from config.demo.absences import make_absences
from config.demo.calendars import make_calendars
from config.demo.cast import make_practice_people
from config.demo.clients import make_clients
from config.demo.cohorts import make_cohorts
from config.demo.credit import make_credit
from config.demo.groups import make_group, make_profiles
from config.demo.history import close_past_mail, take_snapshots
from config.demo.indicators import make_indicators
from config.demo.learning import make_learning
from config.demo.lot import make_lot
from config.demo.mindfulness import make_mindfulness
from config.demo.outcomes import make_outcomes
from config.demo.progress import make_progress
from config.demo.questionnaires import make_questionnaire
from config.demo.ratings import make_ratings
from config.demo.sessions import make_hours, make_sessions
from programs.models import ProgramVersion
from programs.services.drafts import start_draft

SEED = 20260301
PROGRAM = "foundations-clinical-empathy"


def load_demo(*, now: datetime, tell: Callable[[str], None]) -> None:
    """Load the demo practice into an empty installation; `tell` hears what is being made."""
    rng = Random(SEED)  # a fixed seed, no secret
    names = Faker("en_US")
    names.seed_instance(SEED)
    version = ProgramVersion.objects.filter(program__slug=PROGRAM).order_by("-pk")[0]
    tell("consultants and three organizations")
    consultants = make_practice_people()
    make_hours(consultants=consultants)
    make_profiles(consultants=consultants)
    clients = make_clients(consultants=consultants, now=now)
    tell("eight cohorts and their people")
    cohorts = make_cohorts(
        clients=clients, consultants=consultants, version=version, rng=rng, names=names, now=now
    )
    mindful = make_mindfulness(
        clients=clients,
        consultants=consultants,
        owner=User.objects.get(practice_role="owner"),
        names=names,
        now=now,
    )
    drawn = make_lot(
        clients=clients, consultants=consultants, version=version, names=names, now=now
    )
    tell("six weeks of progress")
    make_progress(cohorts=cohorts, rng=rng, now=now)
    make_progress(cohorts=[mindful, *drawn], rng=Random(SEED), now=now)
    make_learning(cohorts=cohorts, now=now)
    make_credit(cohorts=cohorts, now=now)
    make_calendars(now=now)
    make_indicators(clients=clients, rng=Random(SEED), now=now)
    make_ratings(clients=clients, rng=Random(SEED), now=now)
    tell("four weeks of sessions")
    make_sessions(cohorts=cohorts, rng=rng, now=now)
    make_group(cohorts=cohorts, rng=rng, now=now)
    make_absences(consultants=consultants, now=now)
    tell("rounds of questions")
    make_questionnaire()
    make_outcomes(cohorts=cohorts, by=consultants[0], rng=rng, now=now)
    start_draft(version=version, by=consultants[0])
    close_past_mail(now=now)
    take_snapshots(cohorts=[*cohorts, mindful, *drawn], now=now)
    # Last: its presence says that the demo is complete.
    Practice.objects.create(
        name="Northlight",
        sender_name="Northlight",
        reply_to="hello@northlight.example",
        support_phone="+1 555 0100",
        time_zone="America/New_York",
    )
