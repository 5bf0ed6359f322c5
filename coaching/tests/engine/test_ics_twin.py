"""Our reader beside an independent one: generated calendars, and the files two libraries test with.

The twin is recurring-ical-events. Where the two may differ is told in ADR 0013; the calendars made
here keep to what both must read alike.
"""

from __future__ import annotations

import warnings
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
from hypothesis import given, settings
from hypothesis import strategies as st

from coaching.engine.ics_spans import read_calendar
from coaching.engine.ics_text import CalendarUnreadableError
from coaching.engine.intervals import Iv, merge

OWNER = "America/New_York"
FIRST, LAST = datetime(2027, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
LO, HI = int(FIRST.timestamp()), int(LAST.timestamp())
_FREE = {("STATUS", "CANCELLED"), ("TRANSP", "TRANSPARENT"), ("X-MICROSOFT-CDO-BUSYSTATUS", "FREE")}
ZONES = ["America/New_York", "Europe/London", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"]


def seconds(moment: date) -> int:
    if not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day, tzinfo=ZoneInfo(OWNER))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(OWNER))
    return int(moment.timestamp())


def twin(content: bytes) -> list[Iv]:
    spans = []
    for calendar in icalendar.Calendar.from_ical(content, multiple=True):
        calendar.pop("X-WR-TIMEZONE", None)
        margin = timedelta(days=3)
        for event in recurring_ical_events.of(calendar).between(FIRST - margin, LAST + margin):
            if not any(str(event.get(name, "")).upper() == value for name, value in _FREE):
                start, end = seconds(event["DTSTART"].dt), seconds(event["DTEND"].dt)
                spans.append((max(start, LO), min(end, HI)))
    return merge(spans)


rules = st.one_of(
    st.builds("FREQ=DAILY;INTERVAL={};COUNT={}".format, st.integers(1, 5), st.integers(1, 60)),
    st.builds(
        "FREQ=WEEKLY;INTERVAL={};WKST={};BYDAY={}".format,
        st.integers(1, 4),
        st.sampled_from(["MO", "SU"]),
        st.lists(
            st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1, unique=True
        ).map(",".join),
    ),
    st.builds(
        "FREQ=MONTHLY;BYDAY={}{}".format,
        st.sampled_from([1, 2, -1]),
        st.sampled_from(["MO", "FR", "SU"]),
    ),
    st.builds(
        "FREQ=MONTHLY;INTERVAL={};BYMONTHDAY={}".format, st.integers(1, 3), st.integers(1, 31)
    ),
    st.builds("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS={}".format, st.sampled_from([1, -1])),
    st.builds("FREQ=YEARLY;BYMONTH={};BYDAY=2SA".format, st.integers(1, 12)),
)
# Nine to five, so that no length meets a clock change: there the two read differently on purpose.
starts = st.datetimes(datetime(2026, 6, 1), datetime(2027, 11, 1)).map(  # noqa: DTZ001
    lambda moment: moment.replace(
        hour=9 + moment.hour % 8, minute=moment.minute // 15 * 15, second=0
    )
)


@st.composite
def calendars(draw: st.DrawFn) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0"]
    for number in range(draw(st.integers(1, 4))):
        start, zone, rule = draw(starts), draw(st.sampled_from(ZONES)), draw(rules)
        minutes = draw(st.integers(1, 16)) * 15
        stem = f";TZID={zone}:{start:%Y%m%dT%H%M%S}"
        lines += ["BEGIN:VEVENT", f"UID:{number}", f"DTSTART{stem}", f"RRULE:{rule}"]
        lines.append(f"DURATION:PT{minutes}M")
        if draw(st.booleans()):
            lines.append(f"EXDATE{stem}")
        lines.append("END:VEVENT")
        if draw(st.booleans()):
            moved = start + timedelta(hours=draw(st.integers(-5, 5)))
            lines += ["BEGIN:VEVENT", f"UID:{number}", f"RECURRENCE-ID{stem}"]
            lines += [f"DTSTART;TZID={zone}:{moved:%Y%m%dT%H%M%S}", "DURATION:PT45M"]
            lines += [draw(st.sampled_from(["STATUS:CONFIRMED", "STATUS:CANCELLED"])), "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


@settings(max_examples=150, deadline=None)
@given(content=calendars())
def test_generated_calendars_are_read_alike(content):
    assert read_calendar(content, zone=OWNER, lo=LO, hi=HI).spans == twin(content)


def files() -> list[Path]:
    folders = [Path(str(resources.files(name))) for name in ("icalendar", "recurring_ical_events")]
    return sorted(path for folder in folders for path in folder.rglob("*.ics"))


# name: why the two read it differently
EXPLAINED = {
    "bad_rrule_missing_until_event.ics": "an empty UNTIL: the twin gives up, we read the rest",
    "issue_253_additional_recurrence_id.ics": "a change without its series stands for itself",
    "issue_75_range_parameter.ics": "an UNTIL without a time includes its day",
}


def test_files_from_the_wild_are_read_or_refused_in_time_and_alike():
    """Two libraries' own collections: broken, old, from a dozen programs. None may raise."""
    compared = 0
    for path in files():
        content = path.read_bytes()
        try:
            ours = read_calendar(content, zone=OWNER, lo=LO - 86400 * 3650, hi=HI)
        except CalendarUnreadableError:
            continue
        assert ours.spans == merge(ours.spans), path.name
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                theirs = twin(content)
        except Exception:  # noqa: BLE001, S112  # the twin is allowed to fail
            continue
        cut = merge((max(start, LO), min(end, HI)) for start, end in ours.spans)
        if b"FREEBUSY" in content or ours.warnings or path.name in EXPLAINED:
            continue
        assert cut == theirs, path.name
        compared += 1
    assert compared > 100 or not files()


@pytest.mark.parametrize("count", [3200])
def test_a_calendar_of_years_is_read_in_seconds(count):
    began = datetime.now(UTC)
    lines = ["BEGIN:VCALENDAR"]
    for number in range(count):
        day = date(2025, 1, 1) + timedelta(days=number % 900)
        lines += [
            "BEGIN:VEVENT",
            f"UID:{number}",
            f"DTSTART;TZID=Europe/London:{day:%Y%m%d}T090000",
        ]
        lines += ["DURATION:PT30M", "DESCRIPTION:" + "word " * 40]
        lines += ["RRULE:FREQ=WEEKLY;BYDAY=MO,WE"] if number % 10 == 0 else []
        lines.append("END:VEVENT")
    content = "\n".join([*lines, "END:VCALENDAR"]).encode()

    reading = read_calendar(content, zone=OWNER, lo=LO, hi=HI)

    assert reading.events == count
    assert datetime.now(UTC) - began < timedelta(seconds=20)
