"""Read the hours and the busy time of any number of people: one statement, one snapshot."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from coaching.engine.hours import Leave, Override, Rule, Travel
from coaching.engine.intervals import Iv
from coaching.engine.slots import Diary, SlotShape
from coaching.engine.wall_clock import from_epoch

# A window of the day before reaches in, and zones differ by up to 26 hours.
_MARGIN = 3 * 86400
_WEEK = 9 * 86400

# Columns: what, person, zone, weekday, first day, last day, from, until. Minutes or epoch seconds.
_HOURS = """
SELECT 'rule' AS what, s.coach_id AS person, s.zone, r.weekday, r.valid_from, r.valid_to,
       r.start_min::bigint, r.end_min::bigint
  FROM coaching_availabilityschedule s
  LEFT JOIN coaching_availabilityrule r ON r.schedule_id = s.id
 WHERE s.coach_id = ANY(%(coaches)s)
UNION ALL
SELECT o.kind, s.coach_id, NULL, NULL, o.date, NULL, o.start_min, o.end_min
  FROM coaching_availabilityschedule s
  JOIN coaching_availabilityoverride o ON o.schedule_id = s.id
 WHERE s.coach_id = ANY(%(coaches)s) AND o.date BETWEEN %(d0)s AND %(d1)s
UNION ALL
SELECT 'travel', s.coach_id, t.zone, NULL, t.first, t.last, NULL, NULL
  FROM coaching_availabilityschedule s
  JOIN coaching_travelzone t ON t.schedule_id = s.id
 WHERE s.coach_id = ANY(%(coaches)s) AND t.last >= LEAST(%(d0)s, %(today)s) AND t.first <= %(d1)s
UNION ALL
SELECT 'leave', coach_id, NULL, NULL, first, last, NULL, NULL
  FROM coaching_leave
 WHERE coach_id = ANY(%(coaches)s) AND last >= %(d0)s AND first <= %(d1)s
"""

# The ids as a multirange: `person_id = ANY(…)` could not use the person column of the index.
_BUSY = """
SELECT 'busy', person_id, NULL::varchar, NULL::smallint, NULL::date, NULL::date,
       extract(epoch FROM lower(span))::bigint, extract(epoch FROM upper(span))::bigint
  FROM (SELECT person_id, unnest(range_agg(span)) AS span
          FROM (SELECT person_id, span
                  FROM coaching_timeclaim
                 WHERE active
                   AND int8range(person_id, person_id, '[]') && %(people)s::int8multirange
                   AND span && tstzrange(to_timestamp(%(lo)s), to_timestamp(%(hi)s))
                   AND (expires_at IS NULL OR expires_at > %(instant)s)
                   AND coaching_session_id IS DISTINCT FROM %(without)s::bigint
                   AND (hold_id IS NULL OR hold_id NOT IN (
                          SELECT id FROM coaching_hold WHERE clinician_id = %(holder)s))
                 UNION ALL
                SELECT e.person_id,  -- less the session to move, which stands in it too
                       unnest(tstzmultirange(e.span) - COALESCE(tstzmultirange(m.span), '{}'))
                  FROM coaching_externalbusy e
                  LEFT JOIN coaching_coachingsession m
                    ON m.id = %(without)s::bigint AND m.coach_id = e.person_id
                 WHERE int8range(e.person_id, e.person_id, '[]') && %(hosts)s::int8multirange
                   AND e.span && tstzrange(to_timestamp(%(lo)s), to_timestamp(%(hi)s))
                 UNION ALL
                SELECT person_id, tstzrange(to_timestamp(%(lo)s), to_timestamp(%(hi)s))
                  FROM coaching_calendarsource
                 WHERE person_id = ANY(%(coaches)s) AND kind = 'busy' AND is_strict
                   AND origin = 'address'
                   AND COALESCE(good_at, created_at) < %(instant)s - interval '24 hours'
               ) taken
         GROUP BY person_id) merged
"""

_SESSIONS = """
SELECT 'session', coach_id, NULL::varchar, NULL::smallint, NULL::date, NULL::date,
       extract(epoch FROM lower(span))::bigint, extract(epoch FROM upper(span))::bigint
  FROM coaching_coachingsession
 WHERE coach_id = ANY(%(coaches)s) AND status <> 'cancelled' AND id <> %(without)s
   AND lower(span) >= to_timestamp(%(week_lo)s) AND lower(span) < to_timestamp(%(week_hi)s)
UNION ALL
SELECT 'session', coach_id, NULL, NULL, NULL, NULL,
       extract(epoch FROM lower(span))::bigint, extract(epoch FROM upper(span))::bigint
  FROM coaching_hold
 WHERE coach_id = ANY(%(coaches)s) AND booking_id IS NULL AND released_at IS NULL
   AND expires_at > %(instant)s AND clinician_id <> %(holder)s
   AND lower(span) >= to_timestamp(%(week_lo)s) AND lower(span) < to_timestamp(%(week_hi)s)
"""


@dataclass(frozen=True)
class Calendars:
    """What the engine needs to know of some coaches and one viewer."""

    diaries: dict[int, Diary]
    viewer_busy: Sequence[Iv]
    busy: Mapping[int, Sequence[Iv]]  # of everybody, coaches without hours too


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
    """Read hours, busy time and, if the type has caps, sessions: one query for any number of coaches.

    Args:
        coach_ids: whose hours to read; without a schedule a coach has none.
        viewer_id: the clinician, whose own claims block too.
        shape: of the sessions to place.
        lo: first instant a session may begin at, epoch seconds.
        hi: first instant past the last.
        now: epoch seconds; trips that are over by then do not count.
        without_session: its claims count as free (moving it), and its time in the coach's own
            calendar, where our invitation put it.
        without_holds_of: what is kept for this clinician counts as free: their next choice
            replaces it.
        instant: `now` to the microsecond, at which holds expire; the whole second if left out.
    """
    coaches = sorted(set(coach_ids))
    people = coaches if viewer_id is None else [*coaches, viewer_id]
    reach = shape.length + shape.before + shape.after
    values: dict[str, Any] = {
        "coaches": coaches,
        "people": _multirange(people),
        "hosts": _multirange(coaches),  # whose calendars elsewhere count; a viewer's do not
        "lo": lo - reach,
        "hi": hi + reach,
        "week_lo": lo - _WEEK,
        "week_hi": hi + _WEEK,
        "instant": instant or from_epoch(now),
        "without": without_session or 0,
        "holder": without_holds_of or 0,
        "d0": from_epoch(lo - _MARGIN).date(),
        "d1": from_epoch(hi + reach + _MARGIN).date(),
        "today": from_epoch(now - _MARGIN).date(),
    }
    parts = [_HOURS, _BUSY, *([_SESSIONS] if shape.is_capped else [])]
    with connection.cursor() as cursor:
        cursor.execute("UNION ALL".join(parts), values)
        return _assemble(cursor.fetchall(), viewer_id)


def _multirange(ids: Iterable[int]) -> str:
    return "{" + ",".join(f"[{int(one)},{int(one)}]" for one in ids) + "}"


def _assemble(rows: Sequence[tuple[Any, ...]], viewer_id: int | None) -> Calendars:
    zones: dict[int, str] = {}
    rules: dict[int, list[Rule]] = defaultdict(list)
    overrides: dict[int, list[Override]] = defaultdict(list)
    travel: dict[int, list[Travel]] = defaultdict(list)
    leaves: dict[int, list[Leave]] = defaultdict(list)
    spans: dict[str, dict[int, list[Iv]]] = {
        "busy": defaultdict(list),
        "session": defaultdict(list),
    }
    for what, person, zone, weekday, first, last, start, end in rows:
        if what in spans:
            spans[what][person].append((start, end))
        elif what == "rule":
            zones[person] = zone
            if weekday is not None:
                rules[person].append(Rule(weekday, start, end, first, last))
        elif what == "travel":
            travel[person].append(Travel(first, last, zone))
        elif what == "leave":
            leaves[person].append(Leave(first, last))
        else:
            overrides[person].append(Override(first, what, start, end))
    busy = spans["busy"]
    diaries = {
        coach: Diary(
            coach,
            zone,
            rules=rules.get(coach, ()),
            overrides=overrides.get(coach, ()),
            busy=busy.get(coach, ()),
            sessions=spans["session"].get(coach, ()),
            travel=travel.get(coach, ()),
            leaves=leaves.get(coach, ()),
        )
        for coach, zone in sorted(zones.items())
    }
    return Calendars(diaries, busy.get(viewer_id or 0, ()), busy)
