"""Tags and filters that every template has (a builtin library): words, times, navigation."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django import template
from django.forms import BoundField
from django.template.context import Context
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from core import navigation
from core.markdown import to_html
from core.slot_days import SlotDay, group_slots

register = template.Library()


@register.filter
def duration(value: timedelta | int | float | None) -> str:
    """Say a length of time in hours and minutes: "45 min", "1 h 30 min". A number is minutes."""
    if value is None or value == "":
        return ""
    minutes = round(value.total_seconds() / 60 if isinstance(value, timedelta) else float(value))
    hours, rest = divmod(minutes, 60)
    if not hours:
        return ngettext("%(count)d min", "%(count)d min", rest) % {"count": rest}
    if not rest:
        return ngettext("%(count)d h", "%(count)d h", hours) % {"count": hours}
    return gettext("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest}


def zone_name(moment: datetime) -> str:
    """Name the zone of an aware datetime: its abbreviation, or "UTC+3" where it has none."""
    name = moment.tzname() or ""
    if name[:1].isalpha():
        return name
    offset = moment.utcoffset() or timedelta()
    return _utc_offset(offset)


def _utc_offset(offset: timedelta) -> str:
    if not offset:
        return "UTC"
    hours, minutes = divmod(round(abs(offset).total_seconds() / 60), 60)
    sign = "+" if offset > timedelta() else "−"
    return f"UTC{sign}{hours}" + (f":{minutes:02}" if minutes else "")


def _local(value: datetime | None) -> datetime | None:
    return timezone.localtime(value) if isinstance(value, datetime) else None


@register.filter
def local_time(value: datetime | None) -> str:
    """An aware datetime in the viewer's zone, with its name: "Thu 26 Nov, 07:00 CST"."""
    local = _local(value)
    return f"{date_format(local, 'D j M, H:i')} {zone_name(local)}" if local else ""


@register.filter
def local_day(value: datetime | None) -> str:
    """The viewer's date of an aware datetime: "Thu 26 Nov"."""
    local = _local(value)
    return date_format(local, "D j M") if local else ""


@register.filter
def local_clock(value: datetime | None) -> str:
    """The viewer's time of day, with its zone: "07:00 CST"."""
    local = _local(value)
    return f"{date_format(local, 'H:i')} {zone_name(local)}" if local else ""


@register.filter
def local_hour(value: datetime | None) -> str:
    """The viewer's time of day alone, for rows whose heading names the zone: "07:00"."""
    local = _local(value)
    return date_format(local, "H:i") if local else ""


@register.simple_tag
def zone_label() -> str:
    """The viewer's zone in words: "Chicago, UTC−6"."""
    zone = timezone.get_current_timezone()
    offset = timezone.localtime().utcoffset() or timedelta()
    name = _utc_offset(offset)
    city = zone_city(zone)
    return name if city == "UTC" else f"{city}, {name}"


@register.filter
def zone_city(zone: object) -> str:
    """The place an IANA zone is named after: America/New_York gives "New York"."""
    return str(zone).rsplit("/", 1)[-1].replace("_", " ")


@register.simple_tag
def when(value: datetime | None, style: str = "full") -> SafeString | str:
    """A `<time>` element. Styles: full (day, time, zone), day, clock (time, zone), hour."""
    words = {"full": local_time, "day": local_day, "clock": local_clock, "hour": local_hour}
    if value is None:
        return ""
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), words[style](value))


@register.filter
def moment_words(written: str) -> str:
    """Say what a file writes as "2026-12-05 20:00": "5 Dec 2026, 20:00"."""
    return date_format(datetime.fromisoformat(written), "j M Y, H:i")


@register.filter
def initials(name: Any) -> str:
    """Two letters for an avatar: "Maya Lind" gives "ML"."""
    words = str(name or "").split()
    chosen = [words[0], words[-1]] if len(words) > 1 else words[:1]
    return "".join(unicodedata.normalize("NFC", word)[0] for word in chosen).upper()


@register.filter
def markdown(text: str | None) -> SafeString:
    """Markdown to clean HTML; headings start at h3, below the page's own."""
    return to_html(text or "")


@register.simple_tag
def percent(value: float | int | None, of: float | int | None = 100) -> int:
    """`value` as a whole percentage of `of`, held within 0 and 100; 0 where there is no total."""
    if not value or not of:
        return 0
    return max(0, min(100, round(100 * float(value) / float(of))))


@register.filter
def slot_days(field: BoundField) -> list[SlotDay]:
    """The choices of a slot field by the viewer's day and part of day (core/slot_days.py)."""
    return group_slots(field)


@register.simple_tag
def nav_url(name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a named URL, or "" where this installation has none of that name."""
    try:
        return reverse(name, args=args, kwargs=kwargs)
    except NoReverseMatch:
        return ""


@register.filter
def split(text: str) -> list[str]:
    """The words of a literal in a template, for a loop over a fixed list."""
    return text.split()


@register.filter
def last_in_bar(items: list[navigation.NavLink]) -> bool:
    """Whether every item of a navigation has its place in the phone's tab bar."""
    return not items or items[-1].in_bar


@register.inclusion_tag("core/_nav.html", takes_context=True)
def nav(context: Context, role: str = "") -> dict[str, Any]:
    """The navigation of a role: clinician, consultant or organization."""
    request = context.get("request")
    role = role or context.get("viewer_role") or navigation.usual_role(context.get("user"))
    items = navigation.items_for(role, navigation.current_view(request))
    return {"items": items, "role": role}


@register.filter
def current_role(entries: Iterable[Any] | None) -> Any:
    """The entry of the role switcher that is in force."""
    found = list(entries or [])
    chosen = [entry for entry in found if _read(entry, "current")]
    return (chosen or found or [None])[0]


def _read(entry: Any, key: str) -> Any:
    return entry.get(key) if isinstance(entry, dict) else getattr(entry, key, None)
