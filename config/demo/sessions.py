"""Coaches' hours, and two weeks of sessions before and after today."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from django.core.exceptions import ValidationError

from accounts.models import User
from coaching.engine.hours import Rule
from coaching.models import Booking, SessionType
from coaching.services.attendance import mark
from coaching.services.availability import set_weekly_hours
from coaching.services.bookings import book
from coaching.services.slots import find_open_slots
from config.demo.cohorts import DemoCohort
from programs.models import Enrollment

DAYS = 14
# Weekday windows in minutes: early and late hours, for people on shifts.
WEEKDAY = ((7 * 60, 12 * 60), (13 * 60, 18 * 60 + 30))
LEFT_UNMARKED = 2  # past sessions that wait for a word on the coach's Today


def make_hours(*, consultants: list[User]) -> None:
    """Give each consultant weekly hours in their own zone, and make what can be booked."""
    SessionType.objects.create(
        name="Coaching session",
        length_min=45,
        buffer_after_min=10,
        step_min=30,
        location="https://meet.northlight.example/{key}",
    )
    for consultant in consultants:
        hours = [Rule(day, *window, None, None) for day in range(5) for window in WEEKDAY]
        hours.append(Rule(5, 8 * 60, 12 * 60, None, None))
        set_weekly_hours(coach=consultant, zone=consultant.time_zone, hours=hours)


def make_sessions(*, cohorts: list[DemoCohort], rng: Random, now: datetime) -> None:
    """Book sessions as they would have been booked, days ahead, and mark those that are over."""
    session_type = SessionType.objects.get()
    for demo in cohorts:
        if demo.plan.begins_in > 0 or not demo.enrollments:
            continue
        people = [
            enrollment
            for enrollment in demo.enrollments
            if not enrollment.clinician.email.startswith("clinician@")
        ]
        for offset in range(-DAYS, DAYS + 1):
            if demo.plan.begins_in > offset or rng.random() < 0.35:
                continue
            _book_around(rng.choice(people), session_type, now + timedelta(days=offset), rng, now)
    _persona_had_one(cohorts, session_type, rng, now)
    _mark_past(rng, now)


def _book_around(
    enrollment: Enrollment, session_type: SessionType, day: datetime, rng: Random, now: datetime
) -> Booking | None:
    """Book one free time on `day`, as asked for four days before; None if there was none."""
    asked_at = min(day - timedelta(days=4), now - timedelta(minutes=30))
    enrollment.refresh_from_db(fields=["withdrawn_at", "coach"])
    if enrollment.accepted_at and asked_at < enrollment.accepted_at:
        asked_at = enrollment.accepted_at + timedelta(minutes=5)
    days = find_open_slots(
        enrollment=enrollment,
        session_type=session_type,
        now=asked_at,
        first_day=day.date(),
        days=1,
        coach=enrollment.coach,
    )
    slots = [slot for found in days for slot in found.slots]
    if not slots or enrollment.withdrawn_at:
        return None
    slot = rng.choice(slots)
    try:
        return book(
            actor=enrollment.clinician,
            enrollment=enrollment,
            session_type=session_type,
            coach=slot.coach,
            start=slot.starts_at,
            idem_key=UUID(int=rng.getrandbits(128), version=4),
            now=asked_at,
        )
    except ValidationError:
        return None  # the engine may know better than our die: a cap, a clash


def _persona_had_one(
    cohorts: list[DemoCohort], session_type: SessionType, rng: Random, now: datetime
) -> None:
    """The demo's clinician met her coach last week; Today offers her the next free times."""
    persona = next(
        enrollment
        for demo in cohorts
        for enrollment in demo.enrollments
        if enrollment.clinician.email.startswith("clinician@")
    )
    for days_ago in (7, 6, 5, 8):
        if _book_around(persona, session_type, now - timedelta(days=days_ago), rng, now):
            return


def _mark_past(rng: Random, now: datetime) -> None:
    over = list(
        Booking.objects.unmarked(now)
        .select_related("coaching_session__coach")
        .order_by("coaching_session__span")
    )
    for booking in over[: max(0, len(over) - LEFT_UNMARKED)]:
        session = booking.coaching_session
        chance = rng.random()
        state = "attended" if chance < 0.86 else "clinical_duty" if chance < 0.94 else "no_show"
        mark(
            actor=session.coach,
            booking=booking,
            state=state,
            expected_rev=booking.rev,
            now=session.ends_at + timedelta(minutes=20),
        )
