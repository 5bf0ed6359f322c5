"""Calendar files and the spans they take, with instants worked out by hand.

New York changes clocks on 14 Mar 2027 at 07:00Z and on 7 Nov 2027 at 06:00Z.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from coaching.engine.ics_spans import read_calendar
from coaching.engine.ics_text import CalendarUnreadableError

NY = "America/New_York"
LO = int(datetime(2027, 1, 1, tzinfo=UTC).timestamp())
HI = int(datetime(2028, 2, 1, tzinfo=UTC).timestamp())


def at(text: str) -> int:
    """Epoch seconds of "0314 0700": month and day, hour and minute, in UTC of 2027."""
    return int(datetime.strptime(f"2027{text}Z", "%Y%m%d %H%M%z").timestamp())


def spans_of(*pairs: str) -> list[tuple[int, int]]:
    return [tuple(at(edge.strip()) for edge in pair.split("-")) for pair in pairs]  # type: ignore[misc]


def event(*lines: str, uid: str = "one") -> str:
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", *lines, "END:VEVENT"])


def calendar(*parts: str, head: str = "") -> bytes:
    return "\r\n".join(
        ["BEGIN:VCALENDAR", "VERSION:2.0", *([head] if head else []), *parts, "END:VCALENDAR", ""]
    ).encode()


def read(content: bytes, zone: str = NY):  # type: ignore[no-untyped-def]
    return read_calendar(content, zone=zone, lo=LO, hi=HI)


def busy(*parts: str, zone: str = NY, head: str = "") -> list[tuple[int, int]]:
    return read(calendar(*parts, head=head), zone).spans


NOON = ("DTSTART:20270601T120000Z", "DTEND:20270601T130000Z")
TAKEN = spans_of("0601 1200 - 0601 1300")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("STATUS:CONFIRMED", TAKEN),
        ("STATUS:TENTATIVE", TAKEN),  # who may be elsewhere is not free
        ("STATUS:CANCELLED", []),
        ("TRANSP:TRANSPARENT", []),
        ("TRANSP:OPAQUE", TAKEN),
        ("X-MICROSOFT-CDO-BUSYSTATUS:FREE", []),
        ("X-MICROSOFT-CDO-BUSYSTATUS:OOF", TAKEN),
        ("x-microsoft-cdo-busystatus:free", []),
    ],
)
def test_free_events_take_no_time(line, expected):
    assert busy(event(*NOON, line)) == expected


@pytest.mark.parametrize(
    ("zone", "start"),
    [("Europe/London", "0511 2300"), (NY, "0512 0400"), ("Pacific/Kiritimati", "0511 1000")],
)
def test_a_whole_day_is_the_owners_day(zone, start):
    (span,) = busy(event("DTSTART;VALUE=DATE:20270512", "DTEND;VALUE=DATE:20270513"), zone=zone)

    assert span == (at(start), at(start) + 86400)


@pytest.mark.parametrize("end", ["DTEND;VALUE=DATE:20270314", "DURATION:PT1H", "X-NOTHING:1"])
def test_a_whole_day_on_a_change_day_has_23_hours(end):
    assert busy(event("DTSTART;VALUE=DATE:20270314", end)) == spans_of("0314 0500 - 0315 0400")


def test_times_without_a_zone_are_the_owners():
    assert busy(event("DTSTART:20270601T080000", "DTEND:20270601T090000")) == TAKEN


@pytest.mark.parametrize(
    "zone",
    [
        "America/New_York",
        "Eastern Standard Time",
        "/mozilla.org/20050126_1/America/New_York",
        '"America/New_York"',
        "america/new_york",
        "GMT-0400",
    ],
)
def test_zones_go_by_many_names(zone):
    start, end = (f"{edge};TZID={zone}:20270601T" for edge in ("DTSTART", "DTEND"))

    found = read(calendar(event(f"{start}080000", f"{end}090000")), "Asia/Tokyo")

    assert (found.spans, found.warnings) == (TAKEN, {})


def test_an_unknown_zone_is_the_owners_and_said():
    lines = ("DTSTART;TZID=Ward 7:20270601T080000", "DTEND;TZID=Ward 7:20270601T090000")

    found = read(calendar(event(*lines)))

    assert (found.spans, found.warnings) == (TAKEN, {"unknown_zone": 2})


def test_a_zone_of_the_files_own_making():
    """Five and a half hours east all year, under a name that nobody else knows."""
    own = (
        "BEGIN:VTIMEZONE\r\nTZID:Clinic\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
        "TZOFFSETFROM:+0530\r\nTZOFFSETTO:+0530\r\nEND:STANDARD\r\nEND:VTIMEZONE"
    )

    found = busy(own, event("DTSTART;TZID=Clinic:20270601T173000", "DURATION:PT1H"))

    assert found == TAKEN


def test_a_false_definition_of_a_known_name_is_passed_over():
    lie = (
        "BEGIN:VTIMEZONE\r\nTZID:America/New_York\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
        "TZOFFSETFROM:+0900\r\nTZOFFSETTO:+0900\r\nEND:STANDARD\r\nEND:VTIMEZONE"
    )

    lines = ("DTSTART;TZID=America/New_York:20270601T080000", "DURATION:PT1H")
    assert busy(lie, event(*lines), zone="Asia/Tokyo") == TAKEN


def test_a_calendars_own_zone_does_not_move_a_series_in_utc():
    """X-WR-TIMEZONE is for showing: noon in UTC stays noon in UTC on both sides of a change."""
    series = event("DTSTART:20270313T120000Z", "DTEND:20270313T130000Z", "RRULE:FREQ=DAILY;COUNT=2")

    found = busy(series, head="X-WR-TIMEZONE:America/New_York")

    assert found == spans_of("0313 1200 - 0313 1300", "0314 1200 - 0314 1300")


def nights(end: str) -> tuple[str, ...]:
    return (f"DTSTART;TZID={NY}:20270306T220000", end, "RRULE:FREQ=WEEKLY;COUNT=2")


@pytest.mark.parametrize(
    "end", [f"DTEND;TZID={NY}:20270307T060000", "DURATION:PT8H"], ids=["end", "hours"]
)
def test_a_night_that_loses_an_hour_takes_the_longer_reading(end):
    """Ten at night is 03:00Z; eight hours pass until 11:00Z, while the wall shows six at 10:00Z."""
    assert busy(event(*nights(end))) == spans_of("0307 0300 - 0307 1100", "0314 0300 - 0314 1100")


@pytest.mark.parametrize(
    "end", [f"DTEND;TZID={NY}:20271031T060000", "DURATION:PT8H"], ids=["end", "hours"]
)
def test_a_night_that_gains_an_hour_takes_the_longer_reading(end):
    lines = (f"DTSTART;TZID={NY}:20271030T220000", end, "RRULE:FREQ=WEEKLY;COUNT=2")

    # Eight hours end at 10:00Z; six in the morning comes at 11:00Z.
    assert busy(event(*lines)) == spans_of("1031 0200 - 1031 1000", "1107 0200 - 1107 1100")


def test_days_of_a_duration_follow_the_calendar():
    lines = (f"DTSTART;TZID={NY}:20270313T090000", "DURATION:P1DT1H")

    assert busy(event(*lines)) == spans_of("0313 1400 - 0314 1400")


def test_an_instance_in_a_skipped_hour_begins_with_the_jump():
    lines = (f"DTSTART;TZID={NY}:20270313T023000", "DURATION:PT30M", "RRULE:FREQ=DAILY;COUNT=3")

    found = busy(event(*lines))

    # Half past two on the 14th is read as half past three; from the jump on nobody is free.
    assert found == spans_of(
        "0313 0730 - 0313 0800", "0314 0700 - 0314 0800", "0315 0630 - 0315 0700"
    )


def test_nine_stays_nine_across_a_change():
    lines = (f"DTSTART;TZID={NY}:20270312T090000", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=3")

    assert busy(event(*lines)) == spans_of(
        "0312 1400 - 0312 1500", "0313 1400 - 0313 1500", "0314 1300 - 0314 1400"
    )


SERIES = ("DTSTART:20270601T120000Z", "DTEND:20270601T130000Z", "RRULE:FREQ=DAILY;COUNT=4")
DAYS = [f"060{day} 1200 - 060{day} 1300" for day in (1, 2, 3, 4)]


@pytest.mark.parametrize(
    "exdate",
    [
        "EXDATE:20270602T120000Z",
        f"EXDATE;TZID={NY}:20270602T080000",
        "EXDATE;VALUE=DATE:20270602",
        "EXDATE:20270602T120000Z,20280101T000000Z",
    ],
)
def test_an_excluded_day_is_free(exdate):
    assert busy(event(*SERIES, exdate)) == spans_of(DAYS[0], DAYS[2], DAYS[3])


def test_a_moved_instance_leaves_no_ghost():
    moved = event("RECURRENCE-ID:20270602T120000Z", "DTSTART:20270602T200000Z", "DURATION:PT30M")

    found = busy(event(*SERIES), moved)

    assert found == spans_of(DAYS[0], "0602 2000 - 0602 2030", DAYS[2], DAYS[3])


@pytest.mark.parametrize("line", ["STATUS:CANCELLED", "TRANSP:TRANSPARENT"])
def test_a_canceled_instance_is_free(line):
    gone = event("RECURRENCE-ID:20270602T120000Z", "DTSTART:20270602T120000Z", line)

    assert busy(event(*SERIES), gone) == spans_of(DAYS[0], DAYS[2], DAYS[3])


def test_a_change_of_this_and_all_that_follow():
    later = event(
        "RECURRENCE-ID;RANGE=THISANDFUTURE:20270603T120000Z",
        "DTSTART:20270603T150000Z",
        "DURATION:PT2H",
    )

    found = busy(event(*SERIES), later)

    assert found == spans_of(*DAYS[:2], "0603 1500 - 0603 1700", "0604 1500 - 0604 1700")


def test_an_added_date_may_have_its_own_length():
    lines = (*NOON, "RDATE;VALUE=PERIOD:20270701T120000Z/PT2H,20270702T120000Z/20270702T123000Z")

    assert busy(event(*lines)) == spans_of(
        "0601 1200 - 0601 1300", "0701 1200 - 0701 1400", "0702 1200 - 0702 1230"
    )


def test_the_newest_version_of_an_event_holds():
    old = event(*NOON, "SEQUENCE:1")
    new = event("DTSTART:20270601T180000Z", "DURATION:PT1H", "SEQUENCE:2")

    assert busy(new, old) == spans_of("0601 1800 - 0601 1900")


def test_shifts_under_one_uid_all_hold():
    """Some rotas write every shift with the same UID."""
    assert busy(
        event(*NOON), event("DTSTART:20270602T120000Z", "DTEND:20270602T130000Z")
    ) == spans_of(*DAYS[:2])


def test_published_busy_time_counts():
    part = (
        "BEGIN:VFREEBUSY\r\nFREEBUSY:20270601T120000Z/20270601T130000Z,20270602T120000Z/PT1H\r\n"
        "FREEBUSY;FBTYPE=FREE:20270603T120000Z/PT1H\r\nEND:VFREEBUSY"
    )

    assert busy(part) == spans_of(*DAYS[:2])


def test_a_whole_calendar_can_be_a_cancellation():
    assert busy(event(*NOON), head="METHOD:CANCEL") == []


def test_a_series_that_ends_before_it_starts_is_deleted():
    assert busy(event(*NOON, "RRULE:FREQ=DAILY;UNTIL=20270531T000000Z")) == []


def test_start_and_end_the_wrong_way_round_take_the_time_between():
    found = read(calendar(event("DTSTART:20270601T130000Z", "DTEND:20270601T120000Z")))

    assert (found.spans, found.warnings) == (TAKEN, {"ends_before_start": 1})


@pytest.mark.parametrize("end", ["DTEND:20270601T120000Z", "DURATION:PT0S", "X-NO-END:1"])
def test_an_event_without_length_takes_no_time(end):
    assert busy(event("DTSTART:20270601T120000Z", end)) == []


@pytest.mark.parametrize("rule", ["FREQ=SECONDLY", "FREQ=HOURLY;COUNT=3"])
def test_a_rule_within_a_day_is_refused_but_its_first_time_stays(rule):
    found = read(calendar(event(*NOON, f"RRULE:{rule}")))

    assert (found.spans, found.warnings) == (TAKEN, {"repeats_within_a_day": 1})


def test_one_bad_event_does_not_hide_the_others():
    bad = event("DTSTART:20271341T990000Z", uid="two")

    found = read(calendar(bad, event(*NOON)))

    assert (found.spans, found.warnings, found.events) == (TAKEN, {"unreadable_event": 1}, 2)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not_a_calendar"),
        (b"<html><body>Sign in</body></html>", "not_a_calendar"),
        (b"\x00\xff\xfe" * 500, "not_a_calendar"),
        (b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20270601T1200", "cut_off"),
    ],
)
def test_what_is_no_whole_calendar_is_refused(content, code):
    with pytest.raises(CalendarUnreadableError) as refusal:
        read(content)

    assert refusal.value.code == code


@pytest.mark.parametrize("year", ["0001", "9999"])
def test_the_ends_of_the_calendar_are_survived(year):
    lines = (f"DTSTART:{year}0101T000000", f"DTEND:{year}1231T235959", "RRULE:FREQ=YEARLY")

    read(calendar(event(*lines), event(*NOON, uid="two")))


def test_an_endless_rule_stops_at_the_window():
    found = busy(event("DTSTART:19900101T120000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;INTERVAL=7"))

    assert len(found) == 57
    assert found[0][0] % (7 * 86400) == int(datetime(1990, 1, 1, 12, tzinfo=UTC).timestamp()) % (
        7 * 86400
    )
