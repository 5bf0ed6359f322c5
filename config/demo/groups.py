"""Coaches' profiles, and one full group with a waitlist and a place on offer."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from django.core.exceptions import ValidationError

from accounts.models import User
from coaching.models import Booking, SessionType
from coaching.services.bookings import book, cancel
from coaching.services.coach_profiles import save_profile
from coaching.services.group_sessions import schedule_group
from coaching.services.waitlist import join_waitlist
from config.demo.cohorts import DemoCohort
from programs.models import Enrollment

PLACES = 4
PROFILES = [
    ("Nurse for eleven years, coach since. Plain words, and time to think.", ["difficult news"]),
    ("Works with people on nights and long weeks.", ["shift work", "sleep"]),
    ("Grief and families: what to say when nothing helps.", ["grief", "families"]),
    ("Feedback that lands, in teams that are short of hands.", ["feedback", "teams"]),
]
LANGUAGES = [["English"], ["English", "Italian"], ["English"], ["English", "Portuguese"]]


def make_profiles(*, consultants: list[User]) -> None:
    """Each consultant says something of themselves."""
    for coach, (about, specialties), languages in zip(
        consultants, PROFILES, LANGUAGES, strict=True
    ):
        save_profile(
            coach=coach,
            about=about,
            specialties=specialties,
            languages=languages,
            regions=["New York", "Illinois"],
            seniority="senior" if coach == consultants[0] else "coach",
        )


def make_group(*, cohorts: list[DemoCohort], rng: Random, now: datetime) -> None:
    """In the demo clinician's cohort: full, two wait after her, and a place is on offer to her."""
    persona = next(
        enrollment
        for demo in cohorts
        for enrollment in demo.enrollments
        if enrollment.clinician.email.startswith("clinician@")
    )
    others = list(
        Enrollment.objects.live()
        .filter(cohort=persona.cohort)
        .exclude(pk=persona.pk)
        .select_related("cohort", "clinician")
        .order_by("pk")
    )
    kind = SessionType.objects.create(
        name="Practice group",
        kind=SessionType.Kind.GROUP,
        length_min=60,
        capacity=PLACES,
        uses_hours=False,
        location="https://meet.northlight.example/{key}",
    )
    coach = persona.coach or persona.cohort.coaches()[0]
    local = now.astimezone(persona.cohort.zone)
    evening = local.replace(hour=19, minute=0, second=0, microsecond=0) + timedelta(days=6)
    group = schedule_group(
        actor=coach,
        cohort=persona.cohort,
        session_type=kind,
        coach=coach,
        start=evening,
        now=now - timedelta(days=3),
    )
    schedule_group(
        actor=coach,
        cohort=persona.cohort,
        session_type=kind,
        coach=coach,
        start=evening + timedelta(days=7),
        now=now - timedelta(days=3),
    )
    taken: list[Booking] = []
    for enrollment in others:
        if len(taken) == PLACES:
            break
        try:
            booking = book(
                actor=enrollment.clinician,
                enrollment=enrollment,
                session=group,
                idem_key=UUID(int=rng.getrandbits(128), version=4),
                now=now - timedelta(days=2),
            )
        except ValidationError:
            continue  # busy then: somebody else comes
        taken.append(booking)
    seated = {booking.enrollment_id for booking in taken}
    waiting = [persona, *(one for one in others if one.pk not in seated)][:3]
    for hours, enrollment in enumerate(waiting):
        try:
            join_waitlist(
                actor=enrollment.clinician,
                enrollment=enrollment,
                session=group,
                now=now - timedelta(days=1, hours=-hours),
            )
        except ValidationError:
            continue
    if len(taken) == PLACES:
        cancel(
            actor=taken[-1].clinician,
            booking=taken[-1],
            expected_rev=None,
            now=now - timedelta(minutes=30),
        )
