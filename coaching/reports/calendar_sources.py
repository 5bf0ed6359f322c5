"""What a person reads about a calendar of theirs: state, age and warnings, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coaching.models import CalendarSource


@dataclass(frozen=True)
class SourceLine:
    source: CalendarSource
    name: str
    tone: str
    state: str
    trouble: str  # why it could not be read, and what helps
    warnings: list[str]
    is_closing: bool


def _troubles() -> dict[str, str]:
    return {
        "not_a_calendar": _("What came was not a calendar. Check that the address ends in .ics."),
        "cut_off": _("The calendar ended in the middle. We try again."),
        "cut_short": _("The calendar ended in the middle. We try again."),
        "too_complex": _("The calendar holds something we cannot work out."),
        "too_slow": _("It took too long. We try again."),
        "too_much_memory": _("The calendar is too large. Publish fewer months."),
        "too_big": _("The calendar is larger than 5 MB. Publish fewer months."),
        "moved": _(
            "The calendar has moved. Open the address in a browser and give us the final one."
        ),
        "not_there": _("The server does not give it out. Check that the calendar is published."),
        "bad_certificate": _("The server could not prove who it is, so we did not ask it."),
        "not_public": _("The address leads into a private network. We read public ones only."),
        "no_host": _("There is no server of that name. Check the address."),
        "key_gone": _("We can no longer open the address. Remove the calendar and add it again."),
    }


def _warnings(source: CalendarSource, zone: str) -> list[str]:
    lines = []
    for code, count in sorted(source.warnings.items()):
        if code == "unknown_zone":
            words = ngettext(
                "%(count)d entry uses a time zone we do not know; read as %(zone)s time.",
                "%(count)d entries use a time zone we do not know; read as %(zone)s time.",
                count,
            )
        elif code == "unreadable_event":
            words = ngettext(
                "%(count)d entry could not be read.", "%(count)d entries could not be read.", count
            )
        elif code == "ends_before_start":
            words = ngettext(
                "%(count)d entry ends before it starts; the time between counts.",
                "%(count)d entries end before they start; the time between counts.",
                count,
            )
        else:
            words = ngettext(
                "%(count)d entry repeats in a way we cannot follow; some of its times are missing.",
                "%(count)d entries repeat in a way we cannot follow; some of their times are missing.",
                count,
            )
        place = zone.rpartition("/")[2].replace("_", " ")
        lines.append(words % {"count": count, "zone": place})
    return lines


def source_line(source: CalendarSource, now: datetime) -> SourceLine:
    """Say how one calendar is doing.

    Args:
        source: with `person` loaded.
        now: aware.
    """
    tone, state = {
        "waiting": ("info", _("Waiting: we read it within a minute or two")),
        "ok": ("ok", _("Read")),
        "error": ("warn", _("Could not be read")),
    }[source.state]
    trouble = ""
    if source.error:
        trouble = _troubles().get(source.error, _("The server had trouble. We try again."))
    return SourceLine(
        source=source,
        name=source.host or _("Uploaded file"),
        tone=tone,
        state=state,
        trouble=trouble,
        warnings=_warnings(source, source.zone or source.person.time_zone),
        is_closing=source.is_closing(now),
    )
