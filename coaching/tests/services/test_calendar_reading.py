"""The process that reads strangers' files: it answers, or it is ended. Real processes."""

from __future__ import annotations

import os
import time

import pytest

from coaching.engine.ics_text import CalendarUnreadableError
from coaching.services import calendar_reading
from coaching.services.calendar_reading import read_in_child

LO, HI = 1_798_761_600, 1_830_297_600  # the year 2027


def calendar(*lines: str) -> bytes:
    return "\r\n".join(["BEGIN:VCALENDAR", *lines, "END:VCALENDAR", ""]).encode()


def event(*lines: str) -> list[str]:
    return ["BEGIN:VEVENT", *lines, "END:VEVENT"]


NOON = event("UID:1", "DTSTART:20270601T120000Z", "DURATION:PT1H", "SUMMARY:CANARY")


def refused(content: bytes) -> str:
    with pytest.raises(CalendarUnreadableError) as refusal:
        read_in_child(content, zone="UTC", lo=LO, hi=HI)
    return refusal.value.code


def test_it_answers_with_spans():
    reading = read_in_child(calendar(*NOON), zone="UTC", lo=LO, hi=HI)

    assert reading.spans == [(1_811_851_200, 1_811_854_800)]
    assert (reading.events, reading.warnings) == (1, {})


def test_what_is_no_calendar_is_refused():
    assert refused(b"<html>") == "not_a_calendar"


def test_one_event_that_never_ends_does_not_take_the_others_along():
    """No 31 February ever comes: dateutil would look for one until the year 9999, day by day."""
    never = event(
        "UID:2", "DTSTART:20270101T000000Z", "DURATION:PT1H",
        "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31;COUNT=5",
    )  # fmt: skip
    began = time.monotonic()

    reading = read_in_child(calendar(*never, *NOON), zone="UTC", lo=LO, hi=HI)

    assert (1_811_851_200, 1_811_854_800) in reading.spans
    assert reading.warnings == {"too_complex": 1}
    assert time.monotonic() - began < 8


def test_a_file_that_takes_too_long_is_ended(monkeypatch):
    monkeypatch.setattr(calendar_reading, "CPU_S", 1)
    many = [
        line
        for number in range(20)
        for line in event(
            f"UID:{number}", "DTSTART:20270101T000000Z", "DURATION:PT1H",
            "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31;COUNT=5",
        )
    ]  # fmt: skip

    assert refused(calendar(*many)) == "too_slow"


def test_a_file_that_takes_too_much_memory_is_ended(monkeypatch):
    monkeypatch.setattr(calendar_reading, "MEMORY_BYTES", 60 * 2**20)

    assert refused(b"BEGIN:VCALENDAR\n" + b"X" * (30 * 2**20)) in ("too_much_memory", "crashed")


def test_a_child_that_hangs_is_ended_from_outside(monkeypatch):
    monkeypatch.setattr(calendar_reading, "WALL_S", 0.01)

    assert refused(calendar(*NOON)) == "too_slow"


def test_no_secret_reaches_the_child(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "CANARY")
    monkeypatch.setenv("DATABASE_URL", "CANARY")

    environment = calendar_reading._environment()

    assert "CANARY" not in environment.values()
    assert environment["PATH"] == os.environ["PATH"]
