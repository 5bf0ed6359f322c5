"""Free times the shortest honest way: two queries in SQL, one plain loop, zones per window."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection


def plain_slots(
    *, coach_ids: list[int], viewer: ZoneInfo, first: date, days: int, now: datetime
) -> dict[date, list[tuple[int, int]]]:
    """Return (start, coach) of 45-minute slots by the viewer's day."""
    lo, hi = first - timedelta(days=1), first + timedelta(days=days + 1)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.coach_id, s.zone, r.weekday, r.start_min, r.end_min"
            " FROM coaching_availabilityschedule s"
            " JOIN coaching_availabilityrule r ON r.schedule_id = s.id WHERE s.coach_id = ANY(%s)",
            [coach_ids],
        )
        rules = cursor.fetchall()
        cursor.execute(
            "SELECT person_id, extract(epoch FROM lower(span))::bigint,"
            " extract(epoch FROM upper(span))::bigint FROM coaching_timeclaim"
            " WHERE active AND person_id = ANY(%s) AND span && tstzrange(%s, %s) ORDER BY 1, 2",
            [
                coach_ids,
                datetime.combine(lo, datetime.min.time(), UTC),
                datetime.combine(hi, datetime.min.time(), UTC),
            ],
        )
        busy: dict[int, list[tuple[int, int]]] = {}
        for person, start, end in cursor.fetchall():
            busy.setdefault(person, []).append((start, end))
    earliest = int(now.timestamp()) + 4 * 3600
    found: dict[date, list[tuple[int, int]]] = {}
    for coach, zone_name, weekday, start_min, end_min in rules:
        zone = ZoneInfo(zone_name)
        taken = busy.get(coach, [])
        for offset in range((hi - lo).days):
            day = lo + timedelta(days=offset)
            if day.weekday() != weekday:
                continue
            midnight = datetime.combine(day, datetime.min.time(), zone)
            start = int((midnight + timedelta(minutes=start_min)).timestamp())
            end = int((midnight + timedelta(minutes=end_min)).timestamp())
            # The viewer's date is found once a window, not once a slot.
            local = datetime.fromtimestamp(start, viewer)
            shift = int(local.utcoffset().total_seconds())
            for slot in range(start, end - 2700 + 1, 2700):
                if slot < earliest or any(a < slot + 2700 and slot < b for a, b in taken):
                    continue
                found.setdefault(date.fromordinal((slot + shift) // 86400 + 719163), []).append(
                    (slot, coach)
                )
    return found


def plain_engine(
    *,
    coaches: Sequence[tuple],
    viewer: ZoneInfo,
    first: date,
    days: int,
    earliest: int,
    length: int,
    step: int,
) -> dict[date, list[tuple[int, int, str]]]:
    """Return (start, coach, label) by the viewer's day: no database, no exceptions, no caps.

    Zones are asked twice a window, the viewer's once; what is taken is passed over with a pointer.
    """
    clock = [f"{minutes // 60:02d}:{minutes % 60:02d}" for minutes in range(1440)]
    wanted = {first + timedelta(days=offset): [] for offset in range(days)}
    for coach, zone_name, rules, busy in coaches:
        zone = ZoneInfo(zone_name)
        by_weekday = [[(r[1], r[2]) for r in rules if r[0] == weekday] for weekday in range(7)]
        at, count = 0, len(busy)
        for offset in range(-1, days + 1):
            day = first + timedelta(days=offset)
            for start_min, end_min in by_weekday[day.weekday()]:
                midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
                start = int((midnight + timedelta(minutes=start_min)).timestamp())
                end = int((midnight + timedelta(minutes=end_min)).timestamp())
                local = datetime.fromtimestamp(start, viewer)
                shift = int(local.utcoffset().total_seconds())
                for slot in range(start, end - length + 1, step):
                    while at < count and busy[at][1] <= slot:
                        at += 1
                    if at < count and busy[at][0] < slot + length or slot < earliest:
                        continue
                    wall = slot + shift
                    found = wanted.get(date.fromordinal(wall // 86400 + 719163))
                    if found is not None:
                        found.append((slot, coach, clock[wall % 86400 // 60]))
    for slots in wanted.values():
        slots.sort()
    return {day: slots for day, slots in wanted.items() if slots}
