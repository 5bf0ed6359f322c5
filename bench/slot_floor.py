"""Free times the shortest honest way: two queries in SQL, one plain loop, zones per window."""

from __future__ import annotations

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
