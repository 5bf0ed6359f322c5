"""Which times are free: rules and claims from the database, the answer from the engine."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from accounts.models import User
from coaching.engine.policies import Policy
from coaching.engine.slot_days import open_slots
from coaching.engine.wall_clock import day_table, from_epoch, to_epoch
from coaching.models import Booking, SessionType
from coaching.services.booking_policies import resolve_policy
from coaching.services.calendars import load_calendars
from coaching.services.coach_choice import coaches_for
from coaching.services.rotas import rota_of
from programs.models import Enrollment


class OpenSlot(NamedTuple):
    """A free time with one coach."""

    start: int  # epoch seconds
    coach: User
    label: str  # the viewer's wall time, as "07:00"

    @property
    def starts_at(self) -> datetime:
        return from_epoch(self.start)

    @property
    def key(self) -> str:
        """What a form sends back."""
        return f"{self.coach.public_id}:{self.start}"

    @staticmethod
    def parse(key: str) -> tuple[UUID, datetime]:
        """Return the coach's public id and the start of a key.

        Raises:
            ValueError: it is no key.
        """
        coach, _, start = key.partition(":")
        try:
            return UUID(coach), from_epoch(int(start))
        except OverflowError as error:
            raise ValueError(key) from error


class OpenDay(NamedTuple):
    day: date  # in the viewer's zone
    slots: list[OpenSlot]


def find_open_slots(
    *,
    enrollment: Enrollment,
    session_type: SessionType,
    now: datetime,
    first_day: date | None = None,
    days: int = 14,
    coach: User | None = None,
    booking: Booking | None = None,
    zone: str | None = None,
    coaches: Iterable[User] | None = None,
    policy: Policy | None = None,
) -> list[OpenDay]:
    """Return the times an enrollment may book, by the clinician's date; days without one left out.

    One query for hours and busy time of all coaches; one each for the coaches and the rules, unless
    they are given.

    Args:
        enrollment: who wants to book, with `cohort` and its `engagement` loaded.
        session_type: what.
        now: aware; notice and horizon count from it.
        first_day: of the clinician's dates; today if left out.
        days: how many dates.
        coach: only this coach of the cohort.
        booking: to be moved: its own time counts as free, and its coach stays.
        zone: to group and label by; the clinician's if left out.
        coaches: those this clinician may have, if they were read already.
        policy: the rules that hold for this type under the cohort's contract, if known already.
    """
    zone = zone or enrollment.clinician.time_zone
    at = to_epoch(now)
    d0 = first_day or now.astimezone(enrollment.clinician.zone).date()
    d1 = d0 + timedelta(days=days - 1)
    if booking is not None:
        coach = booking.coaching_session.coach
    if booking is not None and coach is not None:
        pool = {coach.pk: coach}  # even if she has left the cohort since
    else:
        pool = {
            person.pk: person
            for person in (coaches_for(enrollment) if coaches is None else coaches)
            if coach is None or person.pk == coach.pk
        }
    policy = policy or resolve_policy(
        engagement=enrollment.cohort.engagement, session_type=session_type
    )
    shape = session_type.shape(notice_min=policy.notice_min)
    table = day_table(zone, d0, d1 + timedelta(days=1))
    calendars = load_calendars(
        coach_ids=pool,
        viewer_id=enrollment.clinician_id,
        shape=shape,
        lo=table[0].midnight,
        hi=table[-1].midnight,
        now=at,
        without_session=booking.coaching_session_id if booking else None,
        without_holds_of=enrollment.clinician_id,
        instant=now,
    )
    found = open_slots(
        calendars.diaries.values(),
        shape,
        viewer_zone=zone,
        d0=d0,
        d1=d1,
        now=at,
        viewer_busy=calendars.viewer_busy,
    )
    return [
        OpenDay(day, [OpenSlot(start, pool[who], label) for start, who, label in slots])
        for day, slots in found
    ]


def find_next_slots(
    *, enrollment: Enrollment, now: datetime, limit: int = 3, apart_min: int = 120
) -> list[OpenSlot]:
    """Return a few of the next free times with the clinician's own coach, some hours apart.

    Times beside her shifts come first; those that meet one are taken only where nothing else is free.

    Args:
        enrollment: who wants to book, with `cohort`, its `engagement` and `coach` loaded.
        now: aware.
        limit: how many.
        apart_min: neighbors of a chosen time are passed over, so that there is a choice.
    """
    session_type = SessionType.objects.bookable().first()
    if session_type is None:
        return []
    days = find_open_slots(
        enrollment=enrollment, session_type=session_type, now=now, coach=enrollment.coach
    )
    slots = [slot for day in days for slot in day.slots]
    if not slots:
        return []
    length = timedelta(minutes=session_type.length_min)
    rota = rota_of(enrollment.clinician, slots[0].starts_at, slots[-1].starts_at + length)
    seats = [rota.seat(slot.start, slot.start + session_type.length_min * 60) for slot in slots]
    for is_met in (False, True):
        offered = [
            slot
            for slot, seat in zip(slots, seats, strict=True)
            if is_met or not seat.fit.is_warning
        ]
        chosen: list[OpenSlot] = []
        for slot in offered:
            if not chosen or slot.start - chosen[-1].start >= apart_min * 60:
                chosen.append(slot)
        if len(chosen) >= limit or is_met:
            break
    return chosen[:limit]


def nearest_of(days: Iterable[OpenDay], wanted: datetime, limit: int = 3) -> list[OpenSlot]:
    """Return the open times nearest to one that cannot be had, in their order."""
    slots = {slot.start: slot for day in days for slot in day.slots if slot.starts_at != wanted}
    chosen = sorted(slots.values(), key=lambda slot: abs(slot.starts_at - wanted))[:limit]
    return sorted(chosen, key=lambda slot: slot.start)


def nearest_slots(
    *,
    enrollment: Enrollment,
    session_type: SessionType,
    wanted: datetime,
    now: datetime,
    coach: User | None = None,
) -> list[OpenSlot]:
    """Return three open times within a week of `wanted`, nearest to it."""
    day = max(wanted - timedelta(days=7), now).astimezone(enrollment.clinician.zone).date()
    days = find_open_slots(
        enrollment=enrollment,
        session_type=session_type,
        now=now,
        first_day=day,
        days=15,
        coach=coach,
    )
    return nearest_of(days, wanted)
