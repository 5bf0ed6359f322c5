"""Times in words, on the recipient's clock; subjects on one short line."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from core.templatetags.ui import zone_name

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

NEAR = timedelta(hours=6)  # below it a reminder counts hours and minutes
_MAX_SUBJECT = 60


def describe_time(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """Return "Thursday 26 November 2026, 07:00 to 07:45 EST (UTC-05:00)" on the clock of `zone`."""
    local, until = start.astimezone(zone), end.astimezone(zone)
    offset = f"{local:%z}"
    return gettext("%(day)s, %(from)s to %(until)s %(zone)s (UTC%(offset)s)") % {
        "day": date_format(local, "l j F Y"),
        "from": f"{local:%H:%M}",
        "until": f"{until:%H:%M}",
        "zone": zone_name(local),
        "offset": f"{offset[:3]}:{offset[3:5]}",
    }


def distance(start: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Say how far off a start is, true at the moment of sending: "In 30 minutes", "Tomorrow"."""
    minutes = round((start - now).total_seconds() / 60)
    if minutes < 55:
        return ngettext("In %(n)d minute", "In %(n)d minutes", minutes) % {"n": max(minutes, 1)}
    day, today = start.astimezone(zone).date(), now.astimezone(zone).date()
    if start - now < NEAR:
        hours = round(minutes / 60)
        return ngettext("In %(n)d hour", "In %(n)d hours", hours) % {"n": hours}
    if day == today:
        return gettext("Today")
    if day == today + timedelta(days=1):
        return gettext("Tomorrow")
    return date_format(start.astimezone(zone), "D j M")


def day_words(start: datetime, now: datetime) -> str:
    """Return "today", "tomorrow" or "Thu 26 Nov"; `start` is on the recipient's clock."""
    today = now.astimezone(start.tzinfo).date()
    if start.date() == today:
        return gettext("today")
    if start.date() == today + timedelta(days=1):
        return gettext("tomorrow")
    return date_format(start, "D j M")


def lead_words(minutes: int | None, at_min: int) -> str:
    """Say when a reminder leaves: "24 hours before", "18:00 the day before"."""
    if minutes is None:
        return gettext("%(time)s the day before") % {"time": f"{at_min // 60:02}:{at_min % 60:02}"}
    if minutes % 60:
        return ngettext("%(n)d minute before", "%(n)d minutes before", minutes) % {"n": minutes}
    hours = minutes // 60
    return ngettext("%(n)d hour before", "%(n)d hours before", hours) % {"n": hours}


def one_line(text: str) -> str:
    """Return `text` without line breaks, cut to a subject's length."""
    flat = " ".join(text.split())
    return flat if len(flat) <= _MAX_SUBJECT else flat[: _MAX_SUBJECT - 1].rstrip() + "…"
