"""Which times are free: rules and claims from the database, the answer from the engine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from accounts.models import User
from coaching.engine.intervals import Iv
from coaching.engine.slots import Diary, Override, Rule, SlotShape, open_slots
from coaching.engine.wall_clock import day_table, from_epoch, to_epoch
from coaching.models import Booking, SessionType
from coaching.services.booking_policies import resolve_policy
from programs.models import Enrollment

# A window of the day before reaches in, and zones differ by up to 26 hours.
_MARGIN = 2 * 86400

_HOURS = """
SELECT s.coach_id, s.zone, r.weekday, NULL::date, NULL, r.start_min, r.end_min,
       r.valid_from, r.valid_to
  FROM coaching_availabilityschedule s
  LEFT JOIN coaching_availabilityrule r ON r.schedule_id = s.id
 WHERE s.coach_id = ANY(%(coaches)s)
UNION ALL
SELECT s.coach_id, s.zone, NULL, o.date, o.kind, o.start_min, o.end_min, NULL, NULL
  FROM coaching_availabilityschedule s
  JOIN coaching_availabilityoverride o ON o.schedule_id = s.id
 WHERE s.coach_id = ANY(%(coaches)s) AND o.date BETWEEN %(d0)s AND %(d1)s
"""

# The ids as a multirange: `person_id = ANY(…)` could not use the person column of the index.
_BUSY = """
SELECT person_id, extract(epoch FROM lower(span))::bigint, extract(epoch FROM upper(span))::bigint
  FROM (SELECT person_id, unnest(range_agg(span)) AS span
          FROM coaching_timeclaim
         WHERE active AND int8range(person_id, person_id, '[]') && %(people)s::int8multirange
           AND span && tstzrange(to_timestamp(%(lo)s), to_timestamp(%(hi)s))
           AND (expires_at IS NULL OR expires_at > %(instant)s)
           AND coaching_session_id IS DISTINCT FROM %(without)s::bigint
           AND (hold_id IS NULL OR hold_id NOT IN (
                  SELECT id FROM coaching_hold WHERE clinician_id = %(holder)s))
         GROUP BY person_id) claims
"""

_SESSIONS = """
SELECT coach_id, extract(epoch FROM lower(span))::bigint, extract(epoch FROM upper(span))::bigint
  FROM coaching_coachingsession
 WHERE coach_id = ANY(%(coaches)s) AND status <> 'cancelled' AND id <> %(without)s
   AND lower(span) >= to_timestamp(%(lo)s) AND lower(span) < to_timestamp(%(hi)s)
UNION ALL
SELECT coach_id, extract(epoch FROM lower(span))::bigint, extract(epoch FROM upper(span))::bigint
  FROM coaching_hold
 WHERE coach_id = ANY(%(coaches)s) AND booking_id IS NULL AND released_at IS NULL
   AND expires_at > %(instant)s AND clinician_id <> %(holder)s
   AND lower(span) >= to_timestamp(%(lo)s) AND lower(span) < to_timestamp(%(hi)s)
"""


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


@dataclass(frozen=True)
class Calendars:
    """What the engine needs to know of some coaches and one viewer."""

    diaries: dict[int, Diary]
    viewer_busy: Sequence[Iv]


def load_calendars(
    *,
    coach_ids: Iterable[int],
    viewer_id: int | None,
    shape: SlotShape,
    lo: int,
    hi: int,
    now: int,
    without_session: int | None = None,
    without_holds_of: int | None = None,
    instant: datetime | None = None,
) -> Calendars:
    """Read hours, busy time and, if the type has caps, sessions: a query each for any coaches.

    Args:
        coach_ids: whose hours to read; without a schedule a coach has none.
        viewer_id: the clinician, whose own claims block too.
        shape: of the sessions to place.
        lo: first instant a session may begin at, epoch seconds.
        hi: first instant past the last.
        now: epoch seconds; holds that lapsed by then do not count.
        without_session: its claims count as free (moving it).
        without_holds_of: what is kept for this clinician counts as free: their next choice
            replaces it.
        instant: `now` to the microsecond, at which holds expire; the whole second if left out.
    """
    coaches = sorted(set(coach_ids))
    people = coaches if viewer_id is None else [*coaches, viewer_id]
    reach = shape.length + shape.before + shape.after
    bounds: dict[str, int | datetime] = {
        "lo": lo - reach,
        "hi": hi + reach,
        "instant": instant or from_epoch(now),
        "without": without_session or 0,
        "holder": without_holds_of or 0,
    }
    ids = "{" + ",".join(f"[{int(person)},{int(person)}]" for person in people) + "}"
    busy: dict[int, list[Iv]] = {}
    sessions: dict[int, list[Iv]] = {}
    zones: dict[int, str] = {}
    rules: dict[int, list[Rule]] = {}
    overrides: dict[int, list[Override]] = {}
    with connection.cursor() as cursor:
        d0, d1 = (from_epoch(at).date() for at in (lo - _MARGIN, hi + _MARGIN))
        cursor.execute(_HOURS, {"coaches": coaches, "d0": d0, "d1": d1})
        for coach, zone, weekday, day, kind, start, end, first, last in cursor.fetchall():
            zones[coach] = zone
            if day is not None:
                overrides.setdefault(coach, []).append(Override(day, kind, start, end))
            elif weekday is not None:
                rules.setdefault(coach, []).append(Rule(weekday, start, end, first, last))
        cursor.execute(_BUSY, bounds | {"people": ids})
        for person, start, end in cursor.fetchall():
            busy.setdefault(person, []).append((start, end))
        if shape.is_capped:
            week = 8 * 86400
            cursor.execute(
                _SESSIONS, bounds | {"coaches": coaches, "lo": lo - week, "hi": hi + week}
            )
            for coach, start, end in cursor.fetchall():
                sessions.setdefault(coach, []).append((start, end))
    diaries = {
        coach: Diary(
            coach,
            zone,
            rules.get(coach, ()),
            overrides.get(coach, ()),
            busy.get(coach, ()),
            sessions.get(coach, ()),
        )
        for coach, zone in sorted(zones.items())
    }
    return Calendars(diaries, busy.get(viewer_id, ()) if viewer_id is not None else ())


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
) -> list[OpenDay]:
    """Return the times an enrollment may book, by the clinician's date; days without one left out.

    Two queries for hours and busy time, one for the rules, one for the coaches; a fifth if the
    session type has caps.

    Args:
        enrollment: who wants to book, with `cohort` and its `engagement` loaded.
        session_type: what.
        now: aware; notice and horizon count from it.
        first_day: of the clinician's dates; today if left out.
        days: how many dates.
        coach: only this coach of the cohort.
        booking: to be moved: its own time counts as free, and its coach stays.
        zone: to group and label by; the clinician's if left out.
    """
    zone = zone or enrollment.clinician.time_zone
    at = to_epoch(now)
    d0 = first_day or now.astimezone(enrollment.clinician.zone).date()
    d1 = d0 + timedelta(days=days - 1)
    if booking is not None:
        coach = booking.coaching_session.coach
    coaches = {
        person.pk: person
        for person in enrollment.cohort.coaches()
        if coach is None or person.pk == coach.pk
    }
    if booking is not None and coach is not None:
        coaches = {coach.pk: coach}  # even if she has left the cohort since
    policy = resolve_policy(engagement=enrollment.cohort.engagement, session_type=session_type)
    shape = session_type.shape(notice_min=policy.notice_min)
    table = day_table(zone, d0, d1 + timedelta(days=1))
    calendars = load_calendars(
        coach_ids=coaches,
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
        OpenDay(day, [OpenSlot(start, coaches[who], label) for start, who, label in slots])
        for day, slots in found
    ]


def find_next_slots(
    *, enrollment: Enrollment, now: datetime, limit: int = 3, apart_min: int = 120
) -> list[OpenSlot]:
    """Return a few of the next free times with the clinician's own coach, some hours apart.

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
    chosen: list[OpenSlot] = []
    for day in days:
        for slot in day.slots:
            if not chosen or slot.start - chosen[-1].start >= apart_min * 60:
                chosen.append(slot)
            if len(chosen) == limit:
                return chosen
    return chosen
