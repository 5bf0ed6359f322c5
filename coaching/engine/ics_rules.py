"""Recurrence rules of RFC 5545, expanded on the wall clock of their series by dateutil.

Wall times, not instants: nine o'clock stays nine o'clock when clocks change, and what a change skips
or repeats is settled afterwards (ics_series.py). The rules of files are often a little wrong; what
can be read is read, and what could run for ever is refused.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from dateutil import rrule

from coaching.engine.ics_zones import instant, wall_of

_FREQUENCIES = {
    "YEARLY": rrule.YEARLY,
    "MONTHLY": rrule.MONTHLY,
    "WEEKLY": rrule.WEEKLY,
    "DAILY": rrule.DAILY,
}
_WEEKDAYS = {
    "MO": rrule.MO, "TU": rrule.TU, "WE": rrule.WE, "TH": rrule.TH,
    "FR": rrule.FR, "SA": rrule.SA, "SU": rrule.SU,
}  # fmt: skip
_NUMBERS = {
    "BYSETPOS": "bysetpos",
    "BYMONTH": "bymonth",
    "BYMONTHDAY": "bymonthday",
    "BYYEARDAY": "byyearday",
    "BYWEEKNO": "byweekno",
    "BYHOUR": "byhour",
    "BYMINUTE": "byminute",
    "BYSECOND": "bysecond",
}
_TIMES = ("byhour", "byminute", "bysecond")
_DAY = re.compile(r"^([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)$")
MOST_A_DAY = 48  # a meeting every half hour; above that a rule is a mistake or an attack
_LAST = datetime(9998, 1, 1)  # noqa: DTZ001  # naive on purpose, as all wall times here


class SubDailyError(ValueError):
    """A rule that repeats within a day: it could run for ever."""


def expand(
    text: str, *, start: datetime, zone: tzinfo, is_date: bool, lo: datetime, hi: datetime
) -> Iterator[datetime]:
    """Yield the naive wall times of a rule in [lo, hi], ascending.

    Args:
        text: the value of an RRULE or EXRULE.
        start: the series' own first wall time, naive.
        zone: the series' zone, in which an UNTIL in UTC is read.
        is_date: whole days.
        lo: naive; instances before it are passed over.
        hi: naive.

    Raises:
        SubDailyError: it repeats within a day.
        ValueError: it cannot be read.
    """
    parts = {
        key.strip().upper(): value.strip()
        for key, found, value in (part.partition("=") for part in text.split(";"))
        if found and value.strip()
    }
    options = _options(parts, is_date=is_date)
    until = _until(parts.get("UNTIL", ""), zone=zone, is_date=is_date)
    last = min(hi, until or hi)
    counted = "count" in options
    begin = start if counted else _nearer(start, lo, options)
    for wall in rrule.rrule(dtstart=begin, until=None if counted else last, **options):
        if wall > last:
            return
        if wall >= lo:
            yield wall


def ends_before(text: str, *, start: datetime, zone: tzinfo, is_date: bool) -> bool:
    """Whether a rule ends before its series starts: how some programs delete a series."""
    match = re.search(r"UNTIL=([^;]+)", text, re.IGNORECASE)
    until = _until(match[1] if match else "", zone=zone, is_date=is_date)
    return until is not None and until < start


def _options(parts: dict[str, str], *, is_date: bool) -> dict[str, Any]:
    frequency = parts.get("FREQ", "").upper()
    if frequency in ("HOURLY", "MINUTELY", "SECONDLY"):
        raise SubDailyError
    if frequency not in _FREQUENCIES or parts.get("RSCALE", "GREGORIAN").upper() != "GREGORIAN":
        raise ValueError(frequency)
    options: dict[str, Any] = {
        "freq": _FREQUENCIES[frequency],
        "interval": max(1, int(parts.get("INTERVAL", "1"))),
        "wkst": _WEEKDAYS.get(parts.get("WKST", "MO").upper(), rrule.MO),
    }
    if (count := int(parts.get("COUNT", "0"))) > 0:
        options["count"] = count
    for name, option in _NUMBERS.items():
        if name in parts and not (is_date and option in _TIMES):
            options[option] = [int(number) for number in parts[name].split(",") if number.strip()]
    if "BYDAY" in parts:
        options["byweekday"] = _days(
            parts["BYDAY"], with_numbers=frequency in ("YEARLY", "MONTHLY")
        )
    if math.prod(len(options.get(name) or [0]) for name in _TIMES) > MOST_A_DAY:
        raise SubDailyError
    return options


def _days(text: str, *, with_numbers: bool) -> list[Any]:
    days = []
    for item in text.upper().replace(" ", "").split(","):
        match = _DAY.match(item)
        if match is None:
            raise ValueError(text[:20])
        day, number = _WEEKDAYS[match[2]], int(match[1] or 0)
        days.append(day(number) if number and with_numbers else day)
    return days


def _until(text: str, *, zone: tzinfo, is_date: bool) -> datetime | None:
    """Return the last wall time allowed. A bare date includes the whole day."""
    digits = text.strip().upper()
    if not digits:
        return None
    if is_date or len(digits) == 8:
        return datetime.strptime(digits[:8], "%Y%m%d") + timedelta(days=1, seconds=-1)  # noqa: DTZ007
    wall = datetime.strptime(digits.rstrip("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007
    if digits.endswith("Z") and wall < _LAST:
        return wall_of(instant(wall, UTC), zone)
    return wall


def _nearer(start: datetime, lo: datetime, options: dict[str, Any]) -> datetime:
    """Begin daily and weekly rules shortly before `lo`, in step with their interval."""
    days = {rrule.DAILY: 1, rrule.WEEKLY: 7}.get(options["freq"])
    if days is None or start >= lo:
        return start
    step = days * options["interval"]
    skipped = max(0, (lo - start).days // step - 2)
    return start + timedelta(days=skipped * step)
